import { enveloped } from '../answers.js';
import { datasetItems } from '../datasets/dataset-items.js';
import { findDataset } from '../datasets/find-dataset.js';
import { presentDataset } from '../datasets/present.js';
import type { StoredDataset } from '../storage/index.js';
import { type Call, route } from './route.js';

export const datasetRoutes = [
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_get',
    summary: 'Get a dataset',
    answers: 'Dataset',
    answer: (call) => enveloped(presentDataset(call, datasetOf(call))),
  }),
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId/items',
    operation: 'dataset_items_get',
    summary: 'Get items',
    access: 'signature',
    answer: (call) => datasetItems(call, datasetOf(call)),
  }),
];

function datasetOf(call: Call): StoredDataset {
  return findDataset(call.services.datasets, call.segment('datasetId'));
}
