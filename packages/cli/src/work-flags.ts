import { flag, longestTimer, type Registry, text, wholeNumber } from '@dataset-items/query-pipeline';
import { bytesOf } from './proxy-flags.js';

/** The steps, and the flags of the command that each takes. */
export const workSteps = {
  run: [
    'queue',
    'queueName',
    'store',
    'pathStyle',
    'datasets',
    'concurrency',
    'lockSeconds',
    'metricsPort',
    'metricsHost',
    'temporaryDirectory',
    'quiet',
  ],
  submit: ['queue', 'queueName', 'store', 'pathStyle', 'datasets', 'id', 'query', 'schema', 'rangeSize', 'progress', 'quiet'],
  list: ['queue', 'queueName', 'store', 'pathStyle'],
  show: ['queue', 'queueName', 'store', 'pathStyle', 'progress'],
  cancel: ['queue', 'queueName', 'store', 'pathStyle'],
  result: ['queue', 'queueName', 'store', 'pathStyle', 'output', 'force', 'progress', 'quiet'],
  sweep: ['queue', 'queueName', 'store', 'pathStyle', 'olderThan', 'results'],
} as const;
export type WorkStep = keyof typeof workSteps;
export const workStepNames = Object.keys(workSteps) as WorkStep[];

/** Seconds of a length of time such as `12h`. `undefined`: the text is none. */
export function secondsOf(given: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(given) ?? [];
  return number === undefined ? undefined : Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1);
}

export const workParameters = {
  queue: text('URL of the queue: redis://, rediss:// or postgres://', {
    placeholder: '<url>',
    local: true,
    defaultText: 'DATASET_ITEMS_QUEUE of the environment',
  }),
  queueName: text('Name of the queue, for several in one Redis or database', {
    placeholder: '<name>',
    local: true,
    defaultText: 'dataset-items',
  }),
  store: text('Place of the parts and the results, which all workers share: a directory, or s3://<bucket>/<prefix>', {
    placeholder: '<directory>',
    local: true,
    defaultText: 'DATASET_ITEMS_STORE of the environment',
  }),
  pathStyle: flag('With s3://: the bucket is in the path of the URL instead of the host name', { local: true }),
  datasets: text('Module (.mjs) whose function `open` gives the files of a data set by its name; its code is run', {
    placeholder: '<module>',
    local: true,
  }),
  concurrency: wholeNumber('run: tasks at the same time', { least: 1, local: true, defaultText: '1' }),
  lockSeconds: wholeNumber('run: seconds after which a task of a worker that is lost is given to another one', {
    least: 1,
    most: Math.floor(longestTimer / 1000),
    local: true,
    defaultText: '30',
  }),
  metricsPort: wholeNumber('run: port for /metrics and /health; 0 for any free port', {
    most: 65_535,
    local: true,
    defaultText: 'none',
  }),
  metricsHost: text('run: address for /metrics and /health', { placeholder: '<address>', local: true, defaultText: '127.0.0.1' }),
  id: text('submit: name of the export: letters, digits, _ and -', {
    placeholder: '<id>',
    local: true,
    defaultText: 'a random one, which is printed',
  }),
  rangeSize: text('submit: bytes of the input that one task reads', {
    placeholder: '<size>',
    local: true,
    defaultText: '256MiB',
    expected: 'a number of bytes, such as 500MB or 2GB',
    matches: (given) => (bytesOf(given) ?? 0) >= 1,
  }),
  progress: flag('submit, show, result: print how far the export is until it ends', { local: true }),
  olderThan: text('sweep: remove what is older', {
    placeholder: '<time>',
    local: true,
    defaultText: '7d',
    expected: 'a length of time, such as 12h or 7d',
    matches: (given) => secondsOf(given) !== undefined,
  }),
  results: flag('sweep: results too', { local: true }),
} as const satisfies Registry;

export interface WorkFlags extends Record<string, unknown> {
  readonly query?: string;
  readonly schema?: string;
  readonly output?: string;
  readonly force?: true;
  readonly quiet?: true;
  readonly temporaryDirectory?: string;
}
