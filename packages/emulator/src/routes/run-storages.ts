import type { Arguments, Registry } from '@dataset-items/query-pipeline';
import { enveloped, json, nothing } from '../answers.js';
import { datasetItems } from '../datasets/dataset-items.js';
import { findDataset, findId } from '../datasets/find-dataset.js';
import { readPushedItems } from '../datasets/item-body.js';
import { checkItems } from '../datasets/item-schema.js';
import { presentDataset } from '../datasets/present.js';
import { findStore } from '../records/find-store.js';
import { findQueue } from '../request-queues/find-queue.js';
import type { StoredDataset } from '../storage/index.js';
import { itemsMedia, itemsParameters } from './items.js';
import { queueRoutes } from './queue-requests.js';
import { recordRoutes } from './records.js';
import { type Call, type Route, route } from './route.js';
import { placeParameters, type RunPlace } from './run-places.js';

/** Routes of the default storages of a run, below the path of the run. */
export function storageRoutes({ path, operation, what, parameters, runOf }: RunPlace): readonly Route[] {
  const datasetOf = (call: Call, given: Arguments<Registry>): StoredDataset =>
    findDataset(call.services.datasets, runOf(call, given).defaultDatasetId);
  return [
    route({
      method: 'GET',
      path: `${path}/dataset`,
      operation: `${operation}_dataset_get`,
      summary: `Get the dataset of ${what}`,
      does: 'reads',
      parameters,
      answers: 'Dataset',
      answer: async (call, given) => enveloped(await presentDataset(call, datasetOf(call, given))),
    }),
    route({
      method: 'DELETE',
      path: `${path}/dataset`,
      operation: `${operation}_dataset_delete`,
      summary: `Delete the dataset of ${what}`,
      does: 'writes',
      parameters,
      status: 204,
      answer: async (call, given) => {
        const { datasets } = call.services;
        await datasets.remove(findId(datasets, runOf(call, given).defaultDatasetId, 'Dataset'));
        return nothing();
      },
    }),
    route({
      method: 'GET',
      path: `${path}/dataset/items`,
      operation: `${operation}_dataset_items_get`,
      summary: `Get the items of ${what} in one of seven formats`,
      does: 'reads',
      parameters: { ...itemsParameters, ...parameters },
      sends: itemsMedia,
      differs: 'see [differences.md](differences.md)',
      answer: (call, given) => datasetItems(call, datasetOf(call, given), { ownParameters: placeParameters }),
    }),
    route({
      method: 'POST',
      path: `${path}/dataset/items`,
      operation: `${operation}_dataset_items_post`,
      summary: `Push items to the dataset of ${what}`,
      does: 'writes',
      parameters,
      takes: { media: 'application/json', summary: 'An object, or an array of objects', required: true },
      status: 201,
      sends: ['application/json'],
      answer: async (call, given) => {
        const dataset = datasetOf(call, given);
        const items = await readPushedItems(call.request);
        await checkItems(items, dataset.facts.schema);
        await dataset.push(items);
        call.services.runs.checkCost(dataset.facts.runId);
        return json({}, { status: 201 });
      },
    }),
    route({
      method: 'GET',
      path: `${path}/dataset/statistics`,
      operation: `${operation}_dataset_statistics_get`,
      summary: `Get statistics of the fields of the dataset of ${what}`,
      does: 'reads',
      parameters,
      answers: 'DatasetStatistics',
      answer: async (call, given) => enveloped({ fieldStatistics: await datasetOf(call, given).statistics() }),
    }),
    ...recordRoutes({
      path: `${path}/key-value-store`,
      operation: `${operation}_keyValueStore`,
      what: `the key-value store of ${what}`,
      parameters,
      storeOf: (call, given) => findStore(call.services.keyValues, runOf(call, given).defaultKeyValueStoreId),
      idOf: (call, given) => findId(call.services.keyValues, runOf(call, given).defaultKeyValueStoreId, 'Key-value store'),
    }),
    ...queueRoutes({
      path: `${path}/request-queue`,
      operation: `${operation}_requestQueue`,
      what: `the request queue of ${what}`,
      parameters,
      queueOf: (call, given) => findQueue(call.services.requestQueues, runOf(call, given).defaultRequestQueueId),
      idOf: (call, given) => findId(call.services.requestQueues, runOf(call, given).defaultRequestQueueId, 'Request queue'),
    }),
  ];
}
