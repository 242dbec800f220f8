import { parseRequest, readViews } from '@dataset-items/exporter';
import { RefusedRequestError } from '@dataset-items/http';
import { watchedBody } from '../control/bodies.js';
import type { Call } from '../routes/route.js';
import type { Run } from '../runs/run.js';
import { type RunArguments, type Startable, startRun } from './start-run.js';

/** Seconds that a request waits for its run. */
export const defaultSyncTimeout = 300;

/**
 * Starts a run, waits for its end and answers with what it left behind. A client that leaves does not end the run.
 * @throws RefusedRequestError with `run-failed` or `run-timeout-exceeded` (SEMANTICS section 9)
 */
export async function runSync(
  call: Call,
  startable: Startable,
  given: RunArguments,
  answer: (run: Run) => Promise<Response>,
): Promise<Response> {
  const { request, services } = call;
  const { runs } = services;
  // It would be a run that nobody reads.
  if (request.method === 'HEAD')
    throw new RefusedRequestError('method-not-allowed', 'HEAD is not allowed here', { headers: { allow: 'GET, POST' } });
  const { id } = await startRun(call, startable, given);
  const release = runs.hold(id);
  try {
    const ended = await endOf(call, id);
    const response = await answer(ended);
    if (response.body === null) {
      release();
      return response;
    }
    const { status, headers } = response;
    return new Response(watchedBody(response.body, release), { status, headers });
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
  const schema = await services.schemaOf(actor);
  parseRequest(query, { strict: services.options.strict, views: schema && readViews(schema, 'the dataset schema') });
}

async function endOf({ request: { signal }, services }: Call, id: string): Promise<Run> {
  const { runs, options } = services;
  const { runSyncTimeoutSecs = defaultSyncTimeout } = options;
  const run = await runs.wait(id, runSyncTimeoutSecs * 1000, signal);
  signal.throwIfAborted();
  const told = `(run ID: ${id}, status: ${run?.status ?? 'ABORTED'})`;
  if (run?.status === 'SUCCEEDED') return run;
  if (run !== undefined && run.finishedAt === undefined) {
    const message = `Actor run did not finish within ${runSyncTimeoutSecs} s ${told}`;
    throw new RefusedRequestError('run-timeout-exceeded', message);
  }
  throw new RefusedRequestError('run-failed', `Actor run did not succeed ${told}`);
}
