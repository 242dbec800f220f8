import { RefusedRequestError } from '@dataset-items/http';
import type { Item } from '@dataset-items/query-pipeline';
import { apart, longestApart } from '../bounded/apart.js';
import { refusal } from '../refusal.js';
import { ajvFor, ajvOptions, moduleUrl } from './compile-schema.js';

/** The code of the thread. */
const code = `
const { parentPort, workerData } = require('node:worker_threads');
const load = require('node:module').createRequire(workerData.moduleUrl);
const { Ajv2020, Ajv } = load(workerData.ajv);
const ajv = new (Ajv2020 ?? Ajv)(workerData.options);
load('ajv-formats').default(ajv);
const validate = ajv.compile(workerData.fields);
parentPort.postMessage('ready');
parentPort.postMessage(validate(workerData.item) ? undefined : JSON.parse(JSON.stringify(validate.errors ?? [])));
`;

/**
 * Validates one item in a thread of its own, which is stopped when it takes too long.
 * @returns the errors of an item that does not match; `undefined`: it matches
 * @throws RefusedRequestError
 */
export function validateApart(fields: Item, item: Item, itemPosition: number): Promise<readonly unknown[] | undefined> {
  return apart(code, { moduleUrl, ajv: ajvFor(fields), options: ajvOptions, fields, item }, () => tooLong(itemPosition));
}

function tooLong(itemPosition: number): RefusedRequestError {
  const message = `Item ${itemPosition} (the first is 0) takes longer than ${longestApart / 1000} s to validate: simplify a pattern of the dataset's schema`;
  return new RefusedRequestError(refusal('schema-validation-error'), message);
}
