import { RefusedRequestError } from '@dataset-items/http';
import { type Item, text } from '@dataset-items/query-pipeline';
import { acceptGeneralAccess } from '../access/general-access.js';
import { enveloped, nothing } from '../answers.js';
import { findDataset, findId } from '../datasets/find-dataset.js';
import { getOrCreate } from '../datasets/get-or-create.js';
import { acceptSchema } from '../datasets/item-schema.js';
import { presentDataset, presentListedDataset } from '../datasets/present.js';
import { refusal } from '../refusal.js';
import { readJsonObject } from '../request-body.js';
import { NameTakenError, type StoredDataset } from '../storage/index.js';
import type { GeneralAccess } from '../store/things.js';
import { acceptText, isName, nameRule } from './names.js';
import { listed, pageOf, storageListParameters } from './paging.js';
import { type Call, route } from './route.js';

export const datasetRoutes = [
  route({
    method: 'GET',
    path: '/v2/datasets',
    operation: 'datasets_get',
    summary: 'List datasets, the oldest first',
    does: 'reads',
    parameters: storageListParameters,
    answers: 'ListOfDatasets',
    differs: 'the list shows a dataset without a name with an empty name',
    answer: ({ services }, { unnamed = false, ownership, ...paging }) => {
      const all = services.datasets.list().filter(listed(unnamed, ownership));
      return enveloped({ ...pageOf(all, paging, presentListedDataset), unnamed });
    },
  }),
  route({
    method: 'POST',
    path: '/v2/datasets',
    operation: 'datasets_post',
    summary: 'Get the dataset with a name, or create it; without a name, create a new one',
    does: 'writes',
    parameters: { name: text('Name of the dataset', { matches: isName, expected: nameRule }) },
    takes: { media: 'application/json', summary: 'May contain `schema` and `title` of a new dataset' },
    status: 201,
    answers: 'Dataset',
    answer: async (call, { name }) => {
      const { schema, title, generalAccess } = await readChanges(call.request);
      const wanted = { name, title, generalAccess, schema: schema ?? undefined };
      const { dataset, isNew } = await getOrCreate(call.services.datasets, wanted);
      const headers = { location: `${call.origin}/v2/datasets/${dataset.facts.id}` };
      return enveloped(await presentDataset(call, dataset), { status: isNew ? 201 : 200, headers });
    },
  }),
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_get',
    summary: 'Get a dataset',
    does: 'reads',
    answers: 'Dataset',
    differs: '`consoleUrl` leads to the items as HTML; no charges',
    answer: async (call) => enveloped(await presentDataset(call, datasetOf(call))),
  }),
  route({
    method: 'PUT',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_put',
    summary: 'Change name, title or schema of a dataset',
    does: 'writes',
    takes: {
      media: 'application/json',
      summary: '`name`, `title`, `generalAccess`, `schema`; `schema: null` removes the schema',
      required: true,
    },
    answers: 'Dataset',
    differs: 'a name cannot be removed',
    answer: async (call) => {
      const dataset = datasetOf(call);
      const changes = await readChanges(call.request);
      await dataset.update(changes).catch((error: unknown) => {
        if (!(error instanceof NameTakenError)) throw error;
        throw new RefusedRequestError(refusal('name-not-unique'), error.message);
      });
      return enveloped(await presentDataset(call, dataset));
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/datasets/:datasetId',
    operation: 'dataset_delete',
    summary: 'Delete a dataset',
    does: 'writes',
    status: 204,
    answer: async (call) => {
      const { datasets } = call.services;
      await datasets.remove(findId(datasets, call.segment('datasetId'), 'Dataset'));
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: '/v2/datasets/:datasetId/statistics',
    operation: 'dataset_statistics_get',
    summary: 'Get statistics of the fields of a dataset',
    does: 'reads',
    answers: 'DatasetStatistics',
    differs: 'for every dataset, also without a schema; only of top-level fields',
    answer: async (call) => enveloped({ fieldStatistics: await datasetOf(call).statistics() }),
  }),
];

function datasetOf(call: Call): StoredDataset {
  return findDataset(call.services.datasets, call.segment('datasetId'));
}

interface Changes {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly generalAccess?: GeneralAccess | undefined;
  readonly schema?: Item | null | undefined;
}

/** @throws RefusedRequestError */
async function readChanges(request: Request): Promise<Changes> {
  // Some clients send an empty body as a form.
  const { name, title, schema, generalAccess } = await readJsonObject(request);
  return {
    name: acceptText('name', name, nameRule, isName),
    title: acceptText('title', title),
    generalAccess: acceptGeneralAccess(generalAccess),
    schema: schema === undefined || schema === null ? schema : await acceptSchema(schema),
  };
}
