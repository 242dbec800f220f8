import { RefusedRequestError } from '@dataset-items/http';
import { flag, InvalidParameterError, list, type Parameter } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { invalidBody, kindOf, readJsonObject } from '../request-body.js';
import { RunGoingOnError } from '../runs/runs.js';
import { logResponse } from '../starting/log-response.js';
import { waitParameter } from '../starting/parameters.js';
import { presentListedRun, presentRun } from '../starting/present-run.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';
import { checkStatuses, type RunPlace, type RunsPlace, runPlaces, runsPlaces } from './run-places.js';
import { storageRoutes } from './run-storages.js';

const logParameters = {
  stream: flag('Until the run has ended'),
  raw: flag('With what steers a terminal'),
  download: flag('Have the browser save it'),
} as const;

const listParameters = {
  ...pagingParameters,
  status: list('Only of these statuses', { placeholder: '<statuses>' }),
  startedAfter: date('Only those started at this time or later'),
  startedBefore: date('Only those started at this time or earlier'),
} as const;

export const runRoutes: readonly Route[] = [
  ...runsPlaces.map(listRoute),
  ...runPlaces.flatMap((place) => [
    ...routesOf(place),
    ...(place.serves.includes('changes') ? changeRoutes(place) : []),
    ...(place.serves.includes('storages') ? [logRoute(place), ...storageRoutes(place)] : []),
  ]),
  route({
    method: 'GET',
    path: '/v2/logs/:buildOrRunId',
    operation: 'log_get',
    summary: 'Get the log of a run',
    parameters: logParameters,
    sends: ['text/plain'],
    differs: 'builds have no log',
    answer: (call, given) => logAnswer(call, call.segment('buildOrRunId'), given),
  }),
];

function listRoute({ path, operation, what, runsOf }: RunsPlace): Route {
  return route({
    method: 'GET',
    path,
    operation: `${operation}_get`,
    summary: `List ${what}, the oldest first`,
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
      parameters: { ...parameters, ...waitParameter },
      answers: 'Run',
      differs: 'nothing is charged: `usage` is empty',
      answer: async (call, { waitForFinish = 0, ...given }) => {
        const run = runOf(call, given);
        const { runs } = call.services;
        return enveloped(presentRun((await runs.wait(run.id, waitForFinish * 1000, call.request.signal)) ?? run));
      },
    }),
    route({
      method: 'POST',
      path: `${path}/abort`,
      operation: `${operation}_abort_post`,
      summary: `Abort ${what}`,
      parameters: { ...parameters, gracefully: flag('Give the process 30 seconds') },
      answers: 'Run',
      answer: async (call, { gracefully = false, ...given }) => {
        const run = runOf(call, given);
        return enveloped(presentRun((await call.services.runs.abort(run.id, { gracefully })) ?? run));
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
      parameters,
      takes: { media: 'application/json', summary: '`statusMessage`, `isStatusMessageTerminal`', required: true },
      answers: 'Run',
      differs: '`generalAccess` is ignored',
      answer: async (call, given) => {
        const { id } = runOf(call, given);
        const run = await call.services.runs.update(id, await readChanges(call.request));
        if (run === undefined) throw notFound('Actor run');
        return enveloped(presentRun(run));
      },
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}, its log and what it stored without a name`,
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.runs.remove(runOf(call, given).id).catch((error: unknown) => {
          if (!(error instanceof RunGoingOnError)) throw error;
          throw new RefusedRequestError('cannot-remove-running-run', error.message, { cause: error });
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

function date(summary: string): Parameter<Date> {
  const expected = 'a time as ISO 8601 has it';
  const parse = (given: string, name: string): Date | undefined => {
    if (given === '') return undefined;
    const read = new Date(/^\d+$/.test(given) ? Number(given) : given);
    if (Number.isNaN(read.getTime())) throw new InvalidParameterError(name, given, expected);
    return read;
  };
  return {
    summary,
    kind: 'value',
    placeholder: '<time>',
    expected,
    parse,
    accept: (value, name) => (value instanceof Date ? value : parse(String(value), name)),
  };
}
