import { type Arguments, flag, type Registry, text, wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import type { StoredKeyValues } from '../key-value/index.js';
import { presentKeys, presentStore, signedRecord, signedStore } from '../records/present.js';
import { deleteRecord, recordResponse, setRecord } from '../records/record.js';
import { type Call, type Route, route } from './route.js';

/** Where a key-value store is found: under its own id, or as that of a run. */
export interface StorePlace {
  readonly path: string;
  /** How its operations begin. */
  readonly operation: string;
  /** `a key-value store` */
  readonly what: string;
  /** What tells which one it is. */
  readonly parameters: Registry;
  /** @throws RefusedRequestError where there is none */
  storeOf(call: Call, given: Arguments<Registry>): StoredKeyValues;
}

const MOST_KEYS = 1000;

const keysParameters = {
  limit: wholeNumber('At most so many; 0 and more than 1000 are 1000', { defaultText: '1000' }),
  exclusiveStartKey: text('Only keys after this one'),
  prefix: text('Only keys that begin so'),
} as const;

/** A key-value store and its records, at one place. */
export function recordRoutes({ path, operation, what, parameters, storeOf }: StorePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      operation: `${operation}_get`,
      summary: `Get ${what}`,
      parameters,
      answer: (call, given) => enveloped(presentStore(call, storeOf(call, given))),
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}`,
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.keyValues.remove(storeOf(call, given).facts.id);
        return nothing();
      },
    }),
    route({
      method: 'GET',
      path: `${path}/keys`,
      operation: `${operation}_keys_get`,
      summary: `List keys of ${what}`,
      parameters: { ...parameters, ...keysParameters },
      signed: (call) => signedStore(storeOf(call, {})),
      answer: async (call, { limit = 0, exclusiveStartKey, prefix, ...given }) => {
        const store = storeOf(call, given);
        const window = { limit: limit === 0 ? MOST_KEYS : Math.min(limit, MOST_KEYS), exclusiveStartKey, prefix };
        return enveloped(presentKeys(call, store, await store.keys(window), window));
      },
    }),
    route({
      method: 'GET',
      path: `${path}/records/:recordKey`,
      operation: `${operation}_record_get`,
      summary: `Get a record of ${what}`,
      parameters: { ...parameters, attachment: flag('Have the browser save it') },
      sends: ['*/*'],
      signed: (call) => signedRecord(storeOf(call, {}), call.segment('recordKey')),
      answer: (call, { attachment, ...given }) =>
        recordResponse(call.request, storeOf(call, given), call.segment('recordKey'), { attachment }),
    }),
    route({
      method: 'PUT',
      path: `${path}/records/:recordKey`,
      operation: `${operation}_record_put`,
      summary: `Store a record in ${what}`,
      parameters,
      takes: { media: '*/*', summary: 'The value; br, gzip or deflate', required: true },
      status: 201,
      sends: ['application/json'],
      answer: (call, given) => setRecord(call.request, storeOf(call, given), call.segment('recordKey')),
    }),
    route({
      method: 'DELETE',
      path: `${path}/records/:recordKey`,
      operation: `${operation}_record_delete`,
      summary: `Delete a record of ${what}`,
      parameters,
      status: 204,
      answer: (call, given) => deleteRecord(storeOf(call, given), call.segment('recordKey')),
    }),
  ];
}
