import { acceptParameters, InvalidParameterError } from '@dataset-items/query-pipeline';
import { json, nothing } from '../answers.js';
import { failureParameters } from '../control/failures.js';
import { openApiOf } from '../openapi.js';
import { readJsonObject } from '../request-body.js';
import { route } from './route.js';

const sends = ['application/json'];

/** Runs at the same time; the default of `Runs`. */
const defaultConcurrentRuns = 8;

/** Endpoints that the API does not have, for tests and monitoring. Responses are not wrapped in `data`. */
export const controlRoutes = [
  route({
    method: 'GET',
    path: '/_emulator/health',
    operation: 'emulator_health_get',
    summary: 'Get the state of the emulator, its stored data and its memory',
    does: 'reads',
    sends,
    open: true,
    answer: ({ services: { datasets, runs, options, traffic, startedAt } }) => {
      const all = datasets.list();
      const { rss, heapUsed } = process.memoryUsage();
      return json({
        status: 'up',
        startedAt,
        uptimeSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
        datasets: all.length,
        items: all.reduce((sum, { facts }) => sum + facts.itemCount, 0),
        runs: { ...runs.counts(), limit: options.maxConcurrentRuns ?? defaultConcurrentRuns },
        requests: { total: traffic.total, underWay: traffic.underWay },
        memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      });
    },
  }),
  route({
    method: 'GET',
    path: '/_emulator/requests',
    operation: 'emulator_requests_get',
    summary: 'List the latest 1,000 requests, the oldest first, without secrets',
    does: 'reads',
    sends,
    answer: ({ services }) => json({ requests: services.traffic.recent() }),
  }),
  route({
    method: 'GET',
    path: '/_emulator/webhook-dispatches',
    operation: 'emulator_webhook_dispatches_get',
    summary: 'List the last 1,000 dispatches of webhooks, the newest first, with their outcome',
    does: 'reads',
    sends,
    answer: ({ services }) => json({ dispatches: services.dispatcher.list() }),
  }),
  route({
    method: 'POST',
    path: '/_emulator/reset',
    operation: 'emulator_reset_post',
    summary: 'Delete everything stored, clear the list of requests and pending failures, and seed again',
    does: 'controls',
    status: 204,
    answer: async ({ services }) => {
      await services.reset();
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: '/_emulator/fail-next',
    operation: 'emulator_fail_next_get',
    summary: 'List pending failures',
    does: 'reads',
    sends,
    answer: ({ services }) => json({ waiting: services.failures.waiting() }),
  }),
  route({
    method: 'POST',
    path: '/_emulator/fail-next',
    operation: 'emulator_fail_next_post',
    summary: 'Make the next requests fail',
    does: 'controls',
    parameters: failureParameters,
    takes: { media: 'application/json', summary: 'The same parameters' },
    status: 201,
    sends,
    answer: async ({ request, services: { failures } }, given) => {
      const wanted = { ...given, ...acceptParameters(failureParameters, await readJsonObject(request)) };
      if (wanted.status !== undefined && wanted.afterBytes !== undefined) {
        throw new InvalidParameterError(
          'afterBytes',
          String(wanted.afterBytes),
          'no `status` with it, because the request is answered before the connection breaks',
        );
      }
      failures.add(wanted);
      return json({ waiting: failures.waiting() }, { status: 201 });
    },
  }),
  route({
    method: 'DELETE',
    path: '/_emulator/fail-next',
    operation: 'emulator_fail_next_delete',
    summary: 'Remove pending failures',
    does: 'controls',
    status: 204,
    answer: ({ services }) => {
      services.failures.clear();
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: '/_emulator/openapi.json',
    operation: 'emulator_openapi_get',
    summary: 'Get an OpenAPI 3.1 description of what is served',
    does: 'reads',
    sends,
    answer: ({ origin, routes }) => json(openApiOf(routes, origin)),
  }),
];
