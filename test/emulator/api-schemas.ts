import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const document = JSON.parse(readFileSync(new URL('../fixtures/api-schemas.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
ajv.addSchema(document, 'api');

/** Names of the shapes that the API's description has. */
export const shapes: readonly string[] = Object.keys(document.$defs);

/** What is wrong with an answer of the API's shape of that name; nothing: it fits. */
export function violations(shape: string, value: unknown): string[] {
  const validate = ajv.getSchema(`api#/$defs/${shape}`);
  if (validate === undefined) throw new Error(`no shape called ${shape}, expected one of ${shapes.join(', ')}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
