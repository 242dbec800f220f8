import { isItem } from '@dataset-items/query-pipeline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import schemas from './api-schemas.json' with { type: 'json' };
import type { Expected } from './shape-of.js';

const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false });
addFormats.default(ajv);
ajv.addSchema(schemas, 'api');

/** Where and how a text differs from a shape, without its values. Empty: it has the shape. */
export function misfitsOf(text: string, { shape, isWrapped }: Expected): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return ['it is not JSON'];
  }
  if (isWrapped && !(isItem(parsed) && 'data' in parsed)) return ["it must have property 'data'"];
  const fits = ajv.getSchema(`api#/$defs/${shape}`);
  if (fits === undefined) throw new Error(`api-schemas.json has no ${shape}`);
  if (fits(isWrapped && isItem(parsed) ? parsed.data : parsed)) return [];
  const at = isWrapped ? '/data' : '';
  return [...new Set((fits.errors ?? []).map(({ instancePath, message }) => `${at}${instancePath} ${message}`.trim()))];
}
