import { text } from '@dataset-items/query-pipeline';
import { enveloped } from '../answers.js';
import { datasetItems } from '../datasets/dataset-items.js';
import { findDataset } from '../datasets/find-dataset.js';
import { findStore } from '../records/find-store.js';
import { recordResponse } from '../records/record.js';
import type { Startable } from '../starting/launch-run.js';
import { runParameters, waitParameter } from '../starting/parameters.js';
import { checkItemsQuery, runSync } from '../starting/run-sync.js';
import { shownRun } from '../starting/shown-run.js';
import { startRun } from '../starting/start-run.js';
import { actorOf } from './actors.js';
import { itemsMedia, itemsParameters } from './items.js';
import { type Call, notFound, type Route, route } from './route.js';
import { taskOf } from './tasks.js';

/** A path below which runs are started. */
interface StartPlace {
  readonly path: string;
  readonly operation: string;
  readonly what: string;
  readonly takes: NonNullable<Route['takes']>;
  /** @throws RefusedRequestError */
  startableOf(call: Call): Startable;
}

const places: readonly StartPlace[] = [
  {
    path: '/v2/actor-tasks/:actorTaskId',
    operation: 'actorTask',
    what: 'a task',
    takes: { media: 'application/json', summary: "An object; its fields override those of the task's input" },
    startableOf: (call) => {
      const task = taskOf(call);
      const actor = call.services.catalog.actor(task.actorId);
      if (actor === undefined) throw notFound("The task's actor");
      return { actor, task };
    },
  },
  {
    path: '/v2/actors/:actorId',
    operation: 'actor',
    what: 'an actor',
    takes: { media: '*/*', summary: 'The input; JSON input must be an object' },
    startableOf: (call) => ({ actor: actorOf(call) }),
  },
];

const syncDiffers = 'the waiting time can be set; HEAD is refused';

/** Routes that start runs; some wait for the end of the run. */
export const runStartRoutes: readonly Route[] = places.flatMap((place) => [
  startRoute(place),
  ...(['GET', 'POST'] as const).flatMap((method) => [syncItemsRoute(place, method), syncRoute(place, method)]),
]);

function startRoute({ path, operation, what, takes, startableOf }: StartPlace): Route {
  return route({
    method: 'POST',
    path: `${path}/runs`,
    operation: `${operation}_runs_post`,
    summary: `Run ${what}`,
    does: 'writes',
    parameters: { ...runParameters, ...waitParameter },
    takes,
    status: 201,
    answers: 'Run',
    differs: 'prices are counted, and nothing is paid',
    answer: async (call, { waitForFinish = 0, ...given }) => {
      const { runs } = call.services;
      const run = await startRun(call, startableOf(call), given);
      const waited = await runs.wait(run.id, waitForFinish * 1000, call.request.signal);
      const headers = { location: `${call.origin}/v2/actor-runs/${run.id}` };
      return enveloped(shownRun(call, waited ?? run), { status: 201, headers });
    },
  });
}

function syncItemsRoute({ path, operation, what, takes, startableOf }: StartPlace, method: 'GET' | 'POST'): Route {
  const ownParameters = Object.keys(runParameters);
  return route({
    method,
    path: `${path}/run-sync-get-dataset-items`,
    operation: `${operation}_runSyncGetDatasetItems_${method.toLowerCase()}`,
    summary: `Run ${what}, wait for it and get its items in one of seven formats`,
    does: 'writes',
    parameters: { ...itemsParameters, ...runParameters },
    ...(method === 'POST' && { takes }),
    status: 201,
    sends: itemsMedia,
    differs: syncDiffers,
    answer: async (call, given) => {
      const startable = startableOf(call);
      await checkItemsQuery(call, startable, ownParameters);
      return runSync(call, startable, given, async ({ defaultDatasetId }) =>
        datasetItems(call, findDataset(call.services.datasets, defaultDatasetId), { status: 201, ownParameters }),
      );
    },
  });
}

function syncRoute({ path, operation, what, takes, startableOf }: StartPlace, method: 'GET' | 'POST'): Route {
  return route({
    method,
    path: `${path}/run-sync`,
    operation: `${operation}_runSync_${method.toLowerCase()}`,
    summary: `Run ${what}, wait for it and get its output`,
    does: 'writes',
    parameters: { ...runParameters, outputRecordKey: text('Key of the record', { defaultText: 'OUTPUT' }) },
    ...(method === 'POST' && { takes }),
    status: 201,
    sends: ['*/*'],
    differs: syncDiffers,
    answer: (call, { outputRecordKey = 'OUTPUT', ...given }) =>
      runSync(call, startableOf(call), given, async ({ defaultKeyValueStoreId }) =>
        recordResponse(call.request, findStore(call.services.keyValues, defaultKeyValueStoreId), outputRecordKey, {
          status: 201,
        }),
      ),
  });
}
