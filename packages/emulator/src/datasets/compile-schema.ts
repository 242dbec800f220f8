import { createRequire } from 'node:module';
import type { Item } from '@dataset-items/query-pipeline';
import type { Ajv, ValidateFunction } from 'ajv';
import type { default as AddFormats } from 'ajv-formats';

/** The module from which Ajv is resolved, also in a worker thread. */
export const moduleUrl = import.meta.url;

/** @throws Error of Ajv for a schema that it cannot use */
export function compileSchema(fields: Item): ValidateFunction {
  const load = createRequire(moduleUrl);
  const name = ajvFor(fields);
  const { Ajv2020, Ajv: Ajv7 } = load(name) as Record<string, new (options: object) => Ajv>;
  const Made = (Ajv2020 ?? Ajv7) as new (options: object) => Ajv;
  const ajv = new Made(ajvOptions);
  (load('ajv-formats') as { default: typeof AddFormats.default }).default(ajv);
  return ajv.compile(fields);
}

export const ajvOptions = { allErrors: true, strict: false, logger: false };

/** The module of Ajv for the schema's draft. */
export function ajvFor({ $schema }: Item): string {
  return /2019-09|2020-12/.test(String($schema)) ? 'ajv/dist/2020.js' : 'ajv';
}
