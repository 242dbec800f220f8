import { readViews } from '@dataset-items/exporter';
import { RefusedRequestError } from '@dataset-items/http';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { ValidateFunction } from 'ajv';
import { refusal } from '../refusal.js';
import { invalidBody, kindOf } from '../request-body.js';
import type { JsonObject } from '../storage/index.js';
import { type InvalidItem, invalidAmong } from './invalid-items.js';

/** Largest number of invalid items reported per push. */
const MOST_REPORTED = 1000;

/**
 * Refuses items that do not match the dataset's schema, whose `fields` is a JSON Schema of an item.
 * @throws RefusedRequestError with `data.invalidItems`: `itemPosition` (0-based) and `validationErrors` (of Ajv) for each
 */
export async function checkItems(items: readonly Item[], schema: JsonObject | undefined): Promise<void> {
  const validate = await validatorOf(schema);
  if (validate === undefined) return;
  const invalidItems: InvalidItem[] = [];
  let invalid = 0;
  for await (const found of invalidAmong(items, validate, schema?.fields as Item)) {
    invalid++;
    if (invalid <= MOST_REPORTED) invalidItems.push(found);
  }
  if (invalid === 0) return;
  const message = `Schema validation failed: ${invalid} of ${items.length} items do not match the dataset's schema`;
  throw new RefusedRequestError(refusal('schema-validation-error'), message, { data: { invalidItems } });
}

/**
 * Checks a dataset schema of a request: an object whose `fields` is a JSON Schema and whose `views` are valid.
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

/** Validators by schema, so that each schema is compiled once. */
const validators = new WeakMap<JsonObject, Promise<ValidateFunction>>();

function validatorOf(schema: JsonObject | undefined): Promise<ValidateFunction> | undefined {
  const fields = schema?.fields;
  if (schema === undefined || fields === undefined || fields === null) return undefined;
  if (!isItem(fields)) throw invalidBody(`schema.fields: got ${kindOf(fields)}, expected a JSON Schema`);
  const validator = validators.get(schema) ?? compileFields(fields);
  validators.set(schema, validator);
  return validator;
}

/** Ajv is loaded with the first schema, because most datasets have none. */
async function compileFields(fields: Item): Promise<ValidateFunction> {
  const { compileSchema } = await import('./compile-schema.js');
  try {
    return compileSchema(fields);
  } catch (error) {
    throw invalidBody(`schema.fields: not a JSON Schema that can be used (${(error as Error).message})`);
  }
}
