import { accessParameters, exportParameters } from '@dataset-items/exporter';
import type { Registry } from '@dataset-items/query-pipeline';
import { formats } from '@dataset-items/serializers';
import { json } from '../answers.js';
import { datasetItems } from '../datasets/dataset-items.js';
import { findDataset } from '../datasets/find-dataset.js';
import { readPushedItems } from '../datasets/item-body.js';
import { checkItems } from '../datasets/item-schema.js';
import { signedDataset } from '../datasets/present.js';
import type { StoredDataset } from '../storage/index.js';
import { type Call, route } from './route.js';

/** Query parameters of every route that responds with items. Options of the library (`local`) are not among them. */
export const itemsParameters: Registry = Object.fromEntries(
  Object.entries({ ...exportParameters, ...accessParameters }).filter(([, { local }]) => !local),
);

/** Media types of items. */
export const itemsMedia: readonly string[] = Object.values(formats).map(({ mediaType }) => mediaType);

export const itemRoutes = [
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId/items',
    operation: 'dataset_items_get',
    summary: 'Get items in one of seven formats',
    does: 'reads',
    parameters: itemsParameters,
    sends: itemsMedia,
    differs: 'see [differences.md](differences.md)',
    target: (call) => {
      const dataset = datasetOf(call);
      return { signed: signedDataset(dataset), answer: () => datasetItems(call, dataset) };
    },
  }),
  route({
    method: 'POST',
    path: '/v2/datasets/:datasetId/items',
    operation: 'dataset_items_post',
    summary: 'Push items',
    does: 'writes',
    takes: {
      media: 'application/json',
      summary: 'An object, or an array of objects; br, gzip or deflate; at most 9,437,184 bytes, decompressed',
      required: true,
    },
    status: 201,
    sends: ['application/json'],
    differs: 'any content type is read as JSON; `itemCount` is right at once; at most 1,000 invalid items of a push are reported',
    answer: async (call) => {
      const dataset = datasetOf(call);
      const items = await readPushedItems(call.request);
      await checkItems(items, dataset.facts.schema);
      await dataset.push(items);
      call.services.runs.checkCost(dataset.facts.runId);
      return json({}, { status: 201 });
    },
  }),
];

function datasetOf(call: Call): StoredDataset {
  return findDataset(call.services.datasets, call.segment('datasetId'));
}
