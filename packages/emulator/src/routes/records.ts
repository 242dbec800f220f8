import { type Arguments, flag, type Registry, text, wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import type { StoredKeyValues } from '../key-value/index.js';
import { archiveResponse } from '../records/archive.js';
import { presentKeys, presentStore, signedRecord, signedStore } from '../records/present.js';
import { deleteRecord, recordResponse, setRecord } from '../records/record.js';
import { type Call, type Route, route } from './route.js';

/** Where a key-value store is served: under its own id, or below its run. */
export interface StorePlace {
  readonly path: string;
  /** The start of its operation names. */
  readonly operation: string;
  /** What summaries call it: `a key-value store`. */
  readonly what: string;
  /** Query parameters that select it. */
  readonly parameters: Registry;
  /** @throws RefusedRequestError if it does not exist */
  storeOf(call: Call, given: Arguments<Registry>): StoredKeyValues;
  /** Its id, even if it is damaged. @throws RefusedRequestError where there is none */
  idOf(call: Call, given: Arguments<Registry>): string;
}

const MOST_KEYS = 1000;

const keysParameters = {
  limit: wholeNumber('Largest number of keys; 0 and values above 1000 mean 1000', { defaultText: '1000' }),
  exclusiveStartKey: text('Only keys after this one'),
  prefix: text('Only keys with this prefix'),
} as const;

/** Every route of a key-value store and its records. */
export function recordRoutes({ path, operation, what, parameters, storeOf, idOf }: StorePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      operation: `${operation}_get`,
      summary: `Get ${what}`,
      does: 'reads',
      parameters,
      answer: (call, given) => enveloped(presentStore(call, storeOf(call, given))),
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}`,
      does: 'writes',
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.keyValues.remove(idOf(call, given));
        return nothing();
      },
    }),
    route({
      method: 'GET',
      path: `${path}/keys`,
      operation: `${operation}_keys_get`,
      summary: `List keys of ${what}`,
      does: 'reads',
      parameters: { ...parameters, ...keysParameters },
      target: (call, { limit = 0, exclusiveStartKey, prefix, ...given }) => {
        const store = storeOf(call, given);
        const window = { limit: limit === 0 ? MOST_KEYS : Math.min(limit, MOST_KEYS), exclusiveStartKey, prefix };
        return {
          signed: signedStore(store),
          answer: async () => enveloped(presentKeys(call, store, await store.keys(window), window)),
        };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/records/:recordKey`,
      operation: `${operation}_record_get`,
      summary: `Get a record of ${what}`,
      does: 'reads',
      parameters: { ...parameters, attachment: flag('Ask the browser to save the response as a file') },
      sends: ['*/*'],
      target: (call, { attachment, ...given }) => {
        const store = storeOf(call, given);
        const key = call.segment('recordKey');
        return { signed: signedRecord(store, key), answer: () => recordResponse(call.request, store, key, { attachment }) };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/records`,
      operation: `${operation}_records_get`,
      summary: `Get all records of ${what} as a ZIP archive`,
      does: 'reads',
      parameters: { ...parameters, prefix: text('Only keys with this prefix') },
      sends: ['application/zip'],
      differs: '`collection` is ignored',
      target: (call, { prefix, ...given }) => {
        const store = storeOf(call, given);
        return { signed: signedStore(store), answer: () => archiveResponse(call.request, store, prefix) };
      },
    }),
    ...(['PUT', 'POST'] as const).map((method) =>
      route({
        method,
        path: `${path}/records/:recordKey`,
        operation: `${operation}_record_${method.toLowerCase()}`,
        summary: `Store a record in ${what}`,
        does: 'writes',
        parameters,
        takes: { media: '*/*', summary: 'The value; br, gzip or deflate', required: true },
        status: 201,
        sends: ['application/json'],
        answer: (call, given) => setRecord(call.request, storeOf(call, given), call.segment('recordKey')),
      }),
    ),
    route({
      method: 'DELETE',
      path: `${path}/records/:recordKey`,
      operation: `${operation}_record_delete`,
      summary: `Delete a record of ${what}`,
      does: 'writes',
      parameters,
      status: 204,
      answer: (call, given) => deleteRecord(storeOf(call, given), call.segment('recordKey')),
    }),
  ];
}
