import { figuresParameters, figuresResponse, previewResponse } from '@dataset-items/explorer';
import { defaultBuildOf } from '../actors/actor.js';
import { json } from '../answers.js';
import { datasetItems, datasetViews } from '../datasets/dataset-items.js';
import { findDataset } from '../datasets/find-dataset.js';
import { actorOf } from './actors.js';
import { itemsParameters } from './items.js';
import { notFound, route } from './route.js';

/** Endpoints of the page (docs/explorer.md). */
export const explorerRoutes = [
  route({
    method: 'GET',
    path: '/_explorer/figures/:datasetId',
    operation: 'explorer_figures_get',
    summary: 'Get figures of the columns that a table of a query has',
    does: 'reads',
    parameters: { ...itemsParameters, ...figuresParameters },
    sends: ['application/json'],
    answer: ({ request, services, segment }) =>
      figuresResponse(
        request,
        async () => {
          const dataset = findDataset(services.datasets, segment('datasetId'));
          await dataset.refresh();
          return { source: dataset.source(), views: datasetViews(dataset) };
        },
        { log: services.options.onFailure },
      ),
  }),
  route({
    method: 'GET',
    path: '/_explorer/input/:actorId',
    operation: 'explorer_input_get',
    summary: "Get the input schema of an actor, and the actor's own input with secret values encrypted",
    does: 'reads',
    sends: ['application/json'],
    answer: async (call) => {
      const { definitionOf, inputs } = call.services;
      const actor = actorOf(call);
      const build = defaultBuildOf(actor);
      const definition = build && (await definitionOf(build));
      const input = actor.input && (await inputs.shown(build, actor.input));
      return json({ schema: definition?.inputSchema ?? null, input: input ?? null });
    },
  }),
  route({
    method: 'GET',
    path: '/_explorer/requests/:requestNumber',
    operation: 'explorer_request_get',
    summary: 'Get one of the latest 1,000 requests, with the first 4,096 bytes of its bodies',
    does: 'reads',
    sends: ['application/json'],
    answer: ({ services, segment }) => {
      const seen = services.traffic.find(Number(segment('requestNumber')));
      if (seen === undefined) throw notFound('Request');
      const { request, requestBody, responseBody, responseHeaders } = seen;
      return json({ request, requestBody: textOf(requestBody), responseBody: textOf(responseBody), responseHeaders });
    },
  }),
  route({
    method: 'GET',
    path: '/_explorer/preview/:datasetId',
    operation: 'explorer_preview_get',
    summary: 'Get the beginning of a download, its size and its report, as JSON Lines',
    does: 'reads',
    parameters: itemsParameters,
    sends: ['application/jsonl'],
    answer: (call) => {
      const dataset = findDataset(call.services.datasets, call.segment('datasetId'));
      return previewResponse(call.request, (request, hooks) => datasetItems({ ...call, request }, dataset, hooks));
    },
  }),
];

/** Bytes as text; `null`: there are none. */
function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
