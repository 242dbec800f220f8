import { RefusedRequestError } from '@dataset-items/http';
import { flag, type Item, text } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { findDataset } from '../datasets/find-dataset.js';
import { getOrCreate } from '../datasets/get-or-create.js';
import { acceptSchema } from '../datasets/item-schema.js';
import { presentDataset, presentListedDataset } from '../datasets/present.js';
import { readJsonObject } from '../request-body.js';
import { NameTakenError, type StoredDataset } from '../storage/index.js';
import { acceptText, isName, nameRule } from './names.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, route } from './route.js';

export const datasetRoutes = [
  route({
    method: 'GET',
    path: '/v2/datasets',
    operation: 'datasets_get',
    summary: 'List datasets, the oldest first',
    parameters: { ...pagingParameters, unnamed: flag('Also those without a name') },
    answers: 'ListOfDatasets',
    differs: 'a dataset without a name has an empty one in the list',
    answer: ({ services }, { unnamed = false, ...paging }) => {
      const all = services.datasets.list().filter(({ facts }) => unnamed || facts.name !== undefined);
      return enveloped({ ...pageOf(all, paging, presentListedDataset), unnamed });
    },
  }),
  route({
    method: 'POST',
    path: '/v2/datasets',
    operation: 'datasets_post',
    summary: 'Get the dataset of a name or create it; without a name create one',
    parameters: { name: text('Name of the dataset', { matches: isName, expected: nameRule }) },
    takes: { media: 'application/json', summary: 'May hold `schema` and `title` of a new dataset' },
    status: 201,
    answers: 'Dataset',
    answer: async (call, { name }) => {
      const { schema, title } = await readChanges(call.request);
      const wanted = { name, title, schema: schema ?? undefined };
      const { dataset, isNew } = await getOrCreate(call.services.datasets, wanted);
      const headers = { location: `${call.origin}/v2/datasets/${dataset.facts.id}` };
      return enveloped(presentDataset(call, dataset), { status: isNew ? 201 : 200, headers });
    },
  }),
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_get',
    summary: 'Get a dataset',
    answers: 'Dataset',
    differs: '`consoleUrl` leads to the items as HTML; no charges or access settings',
    answer: (call) => enveloped(presentDataset(call, datasetOf(call))),
  }),
  route({
    method: 'PUT',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_put',
    summary: 'Change name, title or schema of a dataset',
    takes: { media: 'application/json', summary: '`name`, `title`, `schema`; `schema: null` takes it away', required: true },
    answers: 'Dataset',
    differs: 'a name cannot be taken away; `generalAccess` is ignored',
    answer: async (call) => {
      const dataset = datasetOf(call);
      const changes = await readChanges(call.request);
      await dataset.update(changes).catch((error: unknown) => {
        if (!(error instanceof NameTakenError)) throw error;
        throw new RefusedRequestError('name-not-unique', error.message);
      });
      return enveloped(presentDataset(call, dataset));
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_delete',
    summary: 'Delete a dataset',
    status: 204,
    answer: async (call) => {
      await call.services.datasets.remove(datasetOf(call).facts.id);
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId/statistics',
    operation: 'dataset_statistics_get',
    summary: 'Get statistics of the fields of a dataset',
    answers: 'DatasetStatistics',
    differs: 'of every dataset, also without a schema; of top-level fields',
    answer: (call) => enveloped({ fieldStatistics: datasetOf(call).statistics() }),
  }),
];

function datasetOf(call: Call): StoredDataset {
  return findDataset(call.services.datasets, call.segment('datasetId'));
}

interface Changes {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly schema?: Item | null | undefined;
}

/** @throws RefusedRequestError */
async function readChanges(request: Request): Promise<Changes> {
  // An empty body may come as a form: that is what a client makes of nothing.
  const { name, title, schema } = await readJsonObject(request);
  return {
    name: acceptText('name', name, nameRule, isName),
    title: acceptText('title', title),
    schema: schema === undefined || schema === null ? schema : await acceptSchema(schema),
  };
}
