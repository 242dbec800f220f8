import { RefusedRequestError } from '@dataset-items/http';
import { flag, text } from '@dataset-items/query-pipeline';
import { enveloped } from '../answers.js';
import { findStore, getOrCreateStore } from '../records/find-store.js';
import { presentStore } from '../records/present.js';
import { readJsonObject } from '../request-body.js';
import { NameTakenError } from '../storage/index.js';
import { acceptText, isName, nameRule } from './names.js';
import { pageOf, pagingParameters } from './paging.js';
import { recordRoutes } from './records.js';
import { type Route, route } from './route.js';

const path = '/v2/key-value-stores/:storeId';

export const keyValueRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/key-value-stores',
    operation: 'keyValueStores_get',
    summary: 'List key-value stores, the oldest first',
    parameters: { ...pagingParameters, unnamed: flag('Also those without a name') },
    answer: (call, { unnamed = false, ...paging }) => {
      const all = call.services.keyValues.list().filter(({ facts }) => unnamed || facts.name !== undefined);
      return enveloped({ ...pageOf(all, paging, (store) => presentStore(call, store)), unnamed });
    },
  }),
  route({
    method: 'POST',
    path: '/v2/key-value-stores',
    operation: 'keyValueStores_post',
    summary: 'Get the key-value store of a name or create it; without a name create one',
    parameters: { name: text('Name of the store', { matches: isName, expected: nameRule }) },
    takes: { media: 'application/json', summary: 'May hold `title` of a new store' },
    status: 201,
    differs: 'a schema is ignored',
    answer: async (call, { name }) => {
      const title = acceptText('title', (await readJsonObject(call.request)).title);
      const { store, isNew } = await getOrCreateStore(call.services.keyValues, { name, title });
      const headers = { location: `${call.origin}/v2/key-value-stores/${store.facts.id}` };
      return enveloped(presentStore(call, store), { status: isNew ? 201 : 200, headers });
    },
  }),
  route({
    method: 'PUT',
    path,
    operation: 'keyValueStore_put',
    summary: 'Change name or title of a key-value store',
    takes: { media: 'application/json', summary: '`name`, `title`', required: true },
    differs: 'a name cannot be taken away; `generalAccess` is ignored',
    answer: async (call) => {
      const store = findStore(call.services.keyValues, call.segment('storeId'));
      const { name, title } = await readJsonObject(call.request);
      const changes = { name: acceptText('name', name, nameRule, isName), title: acceptText('title', title) };
      await store.update(changes).catch((error: unknown) => {
        if (!(error instanceof NameTakenError)) throw error;
        throw new RefusedRequestError('name-not-unique', error.message);
      });
      return enveloped(presentStore(call, store));
    },
  }),
  ...recordRoutes({
    path,
    operation: 'keyValueStore',
    what: 'a key-value store',
    parameters: {},
    storeOf: (call) => findStore(call.services.keyValues, call.segment('storeId')),
  }),
];
