import { parseRequest, readViews } from '@dataset-items/exporter';
import { bodyChunks, completeBytes, RefusedRequestError, streamedResponse } from '@dataset-items/http';
import { watchedBody } from '../control/bodies.js';
import { refusal } from '../refusal.js';
import type { Call } from '../routes/route.js';
import type { Run } from '../runs/run.js';
import type { Startable } from './launch-run.js';
import { type RunArguments, startRun } from './start-run.js';

/** Seconds that a request waits for the end of its run. */
const defaultSyncTimeout = 300;

/**
 * Starts a run, waits for its end and responds with its result. A client that leaves does not end the run.
 * @throws RefusedRequestError with `run-failed` or `run-timeout-exceeded` (docs/semantics.md#http)
 */
export async function runSync(
  call: Call,
  startable: Startable,
  given: RunArguments,
  answer: (run: Run) => Promise<Response>,
): Promise<Response> {
  const { request, services } = call;
  const { runs } = services;
  // HEAD would start a run whose result nobody reads.
  if (request.method === 'HEAD')
    throw new RefusedRequestError('method-not-allowed', 'HEAD is not allowed here', { headers: { allow: 'GET, POST' } });
  const { id } = await startRun(call, startable, given);
  const release = runs.hold(id);
  try {
    const ended = await endOf(call, id);
    const response = await answer(ended);
    const body = completeBytes(response) === undefined ? bodyChunks(response) : undefined;
    if (body === undefined) {
      release();
      return response;
    }
    const { status, headers } = response;
    return streamedResponse(watchedBody(body, release), { status, headers });
  } catch (error) {
    release();
    throw error;
  }
}

/** Refuses what the items endpoint would refuse. @throws InvalidParameterError, UnknownViewError */
export async function checkItemsQuery(
  { url, services }: Call,
  { actor }: Startable,
  ownParameters: readonly string[],
): Promise<void> {
  const query = new URLSearchParams(url.searchParams);
  for (const name of ['method', ...ownParameters]) query.delete(name);
  const { default: schema } = await services.schemasOf(actor);
  parseRequest(query, { strict: services.options.strict, views: schema && readViews(schema, 'the dataset schema') });
}

async function endOf({ request: { signal }, services }: Call, id: string): Promise<Run> {
  const { runs, options } = services;
  const { runSyncTimeoutSecs = defaultSyncTimeout } = options;
  const run = await runs.wait(id, runSyncTimeoutSecs * 1000, signal);
  signal.throwIfAborted();
  const which = `(run ID: ${id}, status: ${run?.status ?? 'ABORTED'})`;
  if (run?.status === 'SUCCEEDED') return run;
  if (run !== undefined && run.finishedAt === undefined) {
    const message = `Actor run did not finish within ${runSyncTimeoutSecs} s ${which}`;
    throw new RefusedRequestError(refusal('run-timeout-exceeded'), message);
  }
  throw new RefusedRequestError(refusal('run-failed'), `Actor run did not succeed ${which}`);
}
