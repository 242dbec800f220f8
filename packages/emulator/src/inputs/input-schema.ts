import { RefusedRequestError } from '@dataset-items/http';
import type { Item, Json } from '@dataset-items/query-pipeline';
import type { ValidateFunction } from 'ajv';
import { apart, longestApart } from '../bounded/apart.js';
import { inTime } from '../bounded/in-time.js';

/** The input of a run under the schema of its actor. */
export interface CheckedInput {
  /** The input, with the defaults of the fields that it lacks. */
  readonly input: Item;
  /** What is wrong with it, a sentence for each field, in the words of the API. Empty: it is valid. */
  readonly problems: readonly string[];
}

/** Compiled schemas that are kept, by their text. */
const KEPT = 100;
const compiled = new Map<string, ValidateFunction>();

/** Options of Ajv for input schemas. */
const ajvOptions = { allErrors: true, strict: false, useDefaults: true, unicodeRegExp: false, validateFormats: false };

/** The code of the thread, which does the same as `checkNow`. */
const code = `
const { parentPort, workerData } = require('node:worker_threads');
const { moduleUrl, options, rules, schema, given } = workerData;
const load = require('node:module').createRequire(moduleUrl);
const { validateInputUsingValidator } = load('@apify/input_schema');
const { Ajv2019 } = load('ajv/dist/2019.js');
const validate = new Ajv2019(options).compile(rules);
parentPort.postMessage('ready');
const messages = validateInputUsingValidator(validate, schema, given).map(({ message }) => message);
parentPort.postMessage({ input: given, messages });
`;

/**
 * Fills in the defaults of an input schema (`INPUT_SCHEMA.json`) and checks the input against it. An input that takes too long is checked in a
 * thread of its own, because a pattern of the schema can take very long.
 * @throws Error if the schema itself cannot be used; RefusedRequestError if the thread takes too long as well
 */
export async function checkInput(from: Item, given: Item): Promise<CheckedInput> {
  // Loaded on demand, because most emulators run no actor with an input schema.
  const { validateInputUsingValidator } = await import('@apify/input_schema');
  const validate = await validatorOf(from);
  const schema = { ...from, properties: from.properties ?? {} };
  const checkNow = (): { readonly input: Item; readonly messages: readonly string[] } => {
    const input = structuredClone(given) as Record<string, Json>;
    return { input, messages: validateInputUsingValidator(validate, schema, input).map(({ message }) => message) };
  };
  const data = { moduleUrl: import.meta.url, options: ajvOptions, rules: rulesOf(from), schema, given };
  const { input, messages } = inTime(checkNow) ?? (await apart<ReturnType<typeof checkNow>>(code, data, tooLong));
  return { input, problems: [...new Set(messages)] };
}

function tooLong(): RefusedRequestError {
  const message = `Input is not valid: it takes longer than ${longestApart / 1000} s to check: simplify a pattern of the input schema`;
  return new RefusedRequestError('invalid-input', message);
}

async function validatorOf(schema: Item): Promise<ValidateFunction> {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const { Ajv2019 } = await import('ajv/dist/2019.js');
  const validate = new Ajv2019(ajvOptions).compile(rulesOf(schema));
  const [oldest] = compiled.keys();
  if (compiled.size >= KEPT && oldest !== undefined) compiled.delete(oldest);
  compiled.set(text, validate);
  return validate;
}

/** `$schema` and `id` of the file do not choose how it is read. */
function rulesOf({ $schema: _, $id: __, id: ___, ...rules }: Item): Item {
  return rules;
}

/** Whether the schema has fields whose values are secret. */
export function hasSecrets(schema: Item): boolean {
  const fields = Object.values((schema.properties ?? {}) as Item);
  return fields.some((field) => (field as Item | null)?.isSecret === true);
}
