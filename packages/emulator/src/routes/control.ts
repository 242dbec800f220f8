import { acceptParameters, InvalidParameterError } from '@dataset-items/query-pipeline';
import { json, nothing } from '../answers.js';
import { failureParameters } from '../control/failures.js';
import { openApiOf } from '../openapi.js';
import { readJsonObject } from '../request-body.js';
import { route } from './route.js';

const sends = ['application/json'];

/** Of `Runs`. */
const defaultConcurrentRuns = 8;

/** What the API does not have: for tests and whoever watches the emulator. Answers are not wrapped in `data`. */
export const controlRoutes = [
  route({
    method: 'GET',
    path: '/_emulator/health',
    operation: 'emulator_health_get',
    summary: 'Whether it is up, what it holds, how much memory it takes',
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
    summary: 'The latest 1,000 requests, oldest first, without secrets',
    sends,
    answer: ({ services }) => json({ requests: services.traffic.recent() }),
  }),
  route({
    method: 'GET',
    path: '/_emulator/webhook-dispatches',
    operation: 'emulator_webhook_dispatches_get',
    summary: 'The last 1,000 dispatches of webhooks, newest first, and how they went',
    sends,
    answer: ({ services }) => json({ dispatches: services.dispatcher.list() }),
  }),
  route({
    method: 'POST',
    path: '/_emulator/reset',
    operation: 'emulator_reset_post',
    summary: 'Delete everything stored, forget requests and waiting failures, and seed again',
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
    summary: 'Failures that wait for their requests',
    sends,
    answer: ({ services }) => json({ waiting: services.failures.waiting() }),
  }),
  route({
    method: 'POST',
    path: '/_emulator/fail-next',
    operation: 'emulator_fail_next_post',
    summary: 'Make the next requests fail',
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
          'no `status` beside it: the request is answered, then cut',
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
    summary: 'Forget failures that wait',
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
    summary: 'What is served, as OpenAPI 3.1',
    sends,
    open: true,
    answer: ({ origin, routes }) => json(openApiOf(routes, origin)),
  }),
];
