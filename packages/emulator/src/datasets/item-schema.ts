import { readViews } from '@dataset-items/exporter';
import { RefusedRequestError } from '@dataset-items/http';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { ValidateFunction } from 'ajv';
import { invalidBody, kindOf } from '../request-body.js';
import type { JsonObject } from '../storage/index.js';

/** Invalid items told of one push, and errors of one item; the others are only counted. */
const MOST_TOLD = 1000;
const MOST_ERRORS = 100;

/**
 * Refuses items that the dataset's schema does not allow: `fields` of it is a JSON Schema of an item.
 * @throws RefusedRequestError with `data.invalidItems`: of each its `itemPosition` (0-based) and `validationErrors`, as Ajv has them
 */
export async function checkItems(items: readonly Item[], schema: JsonObject | undefined): Promise<void> {
  const validate = await validatorOf(schema);
  if (validate === undefined) return;
  const invalidItems: { itemPosition: number; validationErrors: unknown }[] = [];
  let invalid = 0;
  for (const [itemPosition, item] of items.entries()) {
    if (validate(item)) continue;
    invalid++;
    const validationErrors = validate.errors?.slice(0, MOST_ERRORS);
    if (invalid <= MOST_TOLD) invalidItems.push({ itemPosition, validationErrors });
  }
  if (invalid === 0) return;
  const message = `Schema validation failed: ${invalid} of ${items.length} items do not fit the dataset's schema`;
  throw new RefusedRequestError('schema-validation-error', message, { data: { invalidItems } });
}

/**
 * A dataset schema as a request gives it: an object whose `fields` is a JSON Schema and whose `views` can be read.
 * @throws RefusedRequestError
 */
export async function acceptSchema(given: Json): Promise<JsonObject> {
  if (!isItem(given)) throw invalidBody(`schema: got ${kindOf(given)}, expected an object`);
  try {
    readViews(given, 'schema');
  } catch (error) {
    throw invalidBody((error as Error).message);
  }
  await validatorOf(given);
  return given;
}

/** By schema, so that each is compiled once. */
const validators = new WeakMap<JsonObject, Promise<ValidateFunction>>();

function validatorOf(schema: JsonObject | undefined): Promise<ValidateFunction> | undefined {
  const fields = schema?.fields;
  if (schema === undefined || fields === undefined || fields === null) return undefined;
  if (!isItem(fields)) throw invalidBody(`schema.fields: got ${kindOf(fields)}, expected a JSON Schema`);
  const validator = validators.get(schema) ?? compileFields(fields);
  validators.set(schema, validator);
  return validator;
}

/** Loaded when the first schema comes: most datasets have none. */
async function compileFields(fields: Item): Promise<ValidateFunction> {
  const isNew = /2019-09|2020-12/.test(String(fields.$schema));
  const { Ajv } = isNew ? { Ajv: (await import('ajv/dist/2020.js')).Ajv2020 } : await import('ajv');
  const { default: addFormats } = await import('ajv-formats');
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
  addFormats.default(ajv);
  try {
    return ajv.compile(fields);
  } catch (error) {
    throw invalidBody(`schema.fields: not a JSON Schema that can be used (${(error as Error).message})`);
  }
}
