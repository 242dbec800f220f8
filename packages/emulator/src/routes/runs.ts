import { RefusedRequestError } from '@dataset-items/http';
import { flag, list } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { refusal } from '../refusal.js';
import { invalidBody, kindOf, readJsonObject } from '../request-body.js';
import { RunGoingOnError } from '../runs/run-errors.js';
import { logResponse } from '../starting/log-response.js';
import { waitParameter } from '../starting/parameters.js';
import { presentListedRun } from '../starting/present-run.js';
import { shownRun } from '../starting/shown-run.js';
import { buildLog, findBuilt } from './builds.js';
import { dateParameter } from './date-parameter.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';
import { continuationRoutes } from './run-continuations.js';
import { checkStatuses, type RunPlace, type RunsPlace, runPlaces, runsPlaces } from './run-places.js';
import { storageRoutes } from './run-storages.js';

const logParameters = {
  stream: flag('Follow the log until the run ends'),
  raw: flag('Keep terminal control sequences'),
  download: flag('Ask the browser to save the response as a file'),
} as const;

const listParameters = {
  ...pagingParameters,
  status: list('Only runs with one of these statuses', { placeholder: '<statuses>' }),
  startedAfter: dateParameter('Only runs started at this time or later'),
  startedBefore: dateParameter('Only runs started at this time or earlier'),
} as const;

export const runRoutes: readonly Route[] = [
  ...runsPlaces.map(listRoute),
  ...runPlaces.flatMap((place) => [
    ...routesOf(place),
    ...(place.serves.includes('changes') ? changeRoutes(place) : []),
    ...continuationRoutes(place),
    ...(place.serves.includes('storages') ? [logRoute(place), ...storageRoutes(place)] : []),
  ]),
  route({
    method: 'GET',
    path: '/v2/logs/:buildOrRunId',
    operation: 'log_get',
    summary: 'Get the log of a run or a build',
    does: 'reads',
    parameters: logParameters,
    sends: ['text/plain'],
    answer: (call, given) => {
      const id = call.segment('buildOrRunId');
      const built = findBuilt(call.services, id);
      return built === undefined ? logAnswer(call, id, given) : buildLog(call, built);
    },
  }),
];

function listRoute({ path, operation, what, runsOf }: RunsPlace): Route {
  return route({
    method: 'GET',
    path,
    operation: `${operation}_get`,
    summary: `List ${what}, the oldest first`,
    does: 'reads',
    parameters: listParameters,
    answers: 'ListOfRuns',
    answer: (call, { status, startedAfter, startedBefore, ...paging }) => {
      const statuses = checkStatuses(status);
      const wanted = runsOf(call).filter(
        (run) =>
          (statuses === undefined || statuses.includes(run.status)) &&
          (startedAfter === undefined || run.startedAt >= startedAfter) &&
          (startedBefore === undefined || run.startedAt <= startedBefore),
      );
      return enveloped(pageOf(wanted, paging, presentListedRun));
    },
  });
}

function routesOf({ path, operation, what, parameters, runOf }: RunPlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      operation: `${operation}_get`,
      summary: `Get ${what}`,
      does: 'reads',
      parameters: { ...parameters, ...waitParameter },
      answers: 'Run',
      differs: '`usage` is empty',
      answer: async (call, { waitForFinish = 0, ...given }) => {
        const run = runOf(call, given);
        const { runs } = call.services;
        return enveloped(shownRun(call, (await runs.wait(run.id, waitForFinish * 1000, call.request.signal)) ?? run));
      },
    }),
    route({
      method: 'POST',
      path: `${path}/abort`,
      operation: `${operation}_abort_post`,
      summary: `Abort ${what}`,
      does: 'writes',
      parameters: { ...parameters, gracefully: flag('Send the event `aborting`, and give the process 30 seconds to end') },
      answers: 'Run',
      answer: async (call, { gracefully = false, ...given }) => {
        const run = runOf(call, given);
        return enveloped(shownRun(call, (await call.services.runs.abort(run.id, { gracefully })) ?? run));
      },
    }),
  ];
}

function changeRoutes({ path, operation, what, parameters, runOf }: RunPlace): readonly Route[] {
  return [
    route({
      method: 'PUT',
      path,
      operation: `${operation}_put`,
      summary: `Set the status message of ${what}`,
      does: 'writes',
      parameters,
      takes: { media: 'application/json', summary: '`statusMessage`, `isStatusMessageTerminal`', required: true },
      answers: 'Run',
      differs: '`generalAccess` is ignored',
      answer: async (call, given) => {
        const { id } = runOf(call, given);
        const run = await call.services.runs.update(id, await readChanges(call.request));
        if (run === undefined) throw notFound('Actor run');
        return enveloped(shownRun(call, run));
      },
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}, its log and its unnamed storages`,
      does: 'writes',
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.runs.remove(runOf(call, given).id).catch((error: unknown) => {
          if (!(error instanceof RunGoingOnError)) throw error;
          throw new RefusedRequestError(refusal('cannot-remove-running-run'), error.message, { cause: error });
        });
        return nothing();
      },
    }),
  ];
}

function logRoute({ path, operation, what, parameters, runOf }: RunPlace): Route {
  return route({
    method: 'GET',
    path: `${path}/log`,
    operation: `${operation}_log_get`,
    summary: `Get the log of ${what}`,
    does: 'reads',
    parameters: { ...parameters, ...logParameters },
    sends: ['text/plain'],
    answer: (call, { stream, raw, download, ...given }) => logAnswer(call, runOf(call, given).id, { stream, raw, download }),
  });
}

function logAnswer({ request, services }: Call, id: string, given: Parameters<typeof logResponse>[3]): Response {
  const log = services.runs.log(id);
  if (log === undefined) throw notFound('Log');
  return logResponse(request, log, id, given);
}

async function readChanges(request: Request): Promise<{ statusMessage?: string; isStatusMessageTerminal?: boolean }> {
  const { statusMessage, isStatusMessageTerminal } = await readJsonObject(request);
  const refuse = (field: string, value: unknown, expected: string) =>
    invalidBody(`${field}: got ${kindOf(value as never)}, expected ${expected}`);
  if (statusMessage !== undefined && typeof statusMessage !== 'string') throw refuse('statusMessage', statusMessage, 'text');
  if (isStatusMessageTerminal !== undefined && typeof isStatusMessageTerminal !== 'boolean') {
    throw refuse('isStatusMessageTerminal', isStatusMessageTerminal, 'true or false');
  }
  return {
    ...(statusMessage !== undefined && { statusMessage }),
    ...(isStatusMessageTerminal !== undefined && { isStatusMessageTerminal }),
  };
}
