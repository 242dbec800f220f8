import { RefusedRequestError } from '@dataset-items/http';
import { text } from '@dataset-items/query-pipeline';
import { acceptGeneralAccess } from '../access/general-access.js';
import { enveloped } from '../answers.js';
import { findId } from '../datasets/find-dataset.js';
import { findStore, getOrCreateStore } from '../records/find-store.js';
import { presentListedStore, presentStore } from '../records/present.js';
import { refusal } from '../refusal.js';
import { readJsonObject } from '../request-body.js';
import { NameTakenError } from '../storage/index.js';
import { acceptText, isName, nameRule } from './names.js';
import { listed, pageOf, storageListParameters } from './paging.js';
import { recordRoutes } from './records.js';
import { type Route, route } from './route.js';

const path = '/v2/key-value-stores/:storeId';

export const keyValueRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/key-value-stores',
    operation: 'keyValueStores_get',
    summary: 'List key-value stores, the oldest first',
    does: 'reads',
    parameters: storageListParameters,
    answer: (call, { unnamed = false, ownership, ...paging }) => {
      const all = call.services.keyValues.list().filter(listed(unnamed, ownership));
      return enveloped({ ...pageOf(all, paging, (store) => presentListedStore(call, store)), unnamed });
    },
  }),
  route({
    method: 'POST',
    path: '/v2/key-value-stores',
    operation: 'keyValueStores_post',
    summary: 'Get the key-value store with a name, or create it; without a name, create a new one',
    does: 'writes',
    parameters: { name: text('Name of the store', { matches: isName, expected: nameRule }) },
    takes: { media: 'application/json', summary: 'May contain `title` of a new store' },
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
    does: 'writes',
    takes: { media: 'application/json', summary: '`name`, `title`, `generalAccess`', required: true },
    differs: 'a name cannot be removed',
    answer: async (call) => {
      const store = findStore(call.services.keyValues, call.segment('storeId'));
      const { name, title, generalAccess } = await readJsonObject(call.request);
      const changes = {
        name: acceptText('name', name, nameRule, isName),
        title: acceptText('title', title),
        generalAccess: acceptGeneralAccess(generalAccess),
      };
      await store.update(changes).catch((error: unknown) => {
        if (!(error instanceof NameTakenError)) throw error;
        throw new RefusedRequestError(refusal('name-not-unique'), error.message);
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
    idOf: (call) => findId(call.services.keyValues, call.segment('storeId'), 'Key-value store'),
  }),
];
