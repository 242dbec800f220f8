import { flag, type Registry, text } from '@dataset-items/query-pipeline';
import { bytesOf } from './proxy-flags.js';

/** The steps, and the flags of the command that each takes. */
export const steps = {
  plan: ['store', 'pathStyle', 'id', 'query', 'schema', 'rangeSize'],
  run: ['store', 'pathStyle', 'id', 'temporaryDirectory'],
  next: ['store', 'pathStyle', 'id'],
  join: ['store', 'pathStyle', 'id', 'output', 'force', 'quiet'],
} as const;
export type PartStep = keyof typeof steps;
export const stepNames = Object.keys(steps) as PartStep[];

export const partParameters = {
  store: text('Place of the parts and the result, which all processes share: a directory, or s3://<bucket>/<prefix>', {
    placeholder: '<directory>',
    local: true,
  }),
  pathStyle: flag('With s3://: the bucket is in the path of the URL instead of the host name', { local: true }),
  id: text('Name of the export in the store: letters, digits, _ and -', { placeholder: '<id>', local: true }),
  rangeSize: text('plan: bytes of the input that one task reads', {
    placeholder: '<size>',
    local: true,
    defaultText: '256MiB',
    expected: 'a number of bytes, such as 500MB or 2GB',
    matches: (given) => (bytesOf(given) ?? 0) >= 1,
  }),
} as const satisfies Registry;

export interface PartFlags extends Record<string, unknown> {
  readonly query?: string;
  readonly schema?: string;
  readonly output?: string;
  readonly force?: true;
  readonly quiet?: true;
  readonly temporaryDirectory?: string;
}
