import type { Arguments } from '@dataset-items/query-pipeline';
import { releaseBytes } from '../bodies-in-flight.js';
import type { Call } from '../routes/route.js';
import { type Run, type RunMeta, runOrigins } from '../runs/run.js';
import { parseWebhooks } from '../webhooks/index.js';
import { readInput } from './input.js';
import { launchRun, type Startable } from './launch-run.js';
import type { runParameters } from './parameters.js';

export type RunArguments = Arguments<typeof runParameters>;

/**
 * Starts a run as a request asks for it. Everything is checked before the run starts.
 * @throws RefusedRequestError, InvalidParameterError
 */
export async function startRun(call: Call, { actor, task }: Startable, given: RunArguments): Promise<Run> {
  const { options: settings, runs } = call.services;
  const { timeout: timeoutSecs, memory: memoryMbytes, webhooks: encoded, ...others } = given;
  const run = await launchRun(runs, {
    ...{ actor, task, options: { ...others, timeoutSecs, memoryMbytes }, meta: metaOf(call.request) },
    webhooks: encoded === undefined ? [] : parseWebhooks(encoded, { allowPrivate: settings.allowPrivateWebhooks ?? false }),
    input: (build) => readInput(call, { actor, task, build }),
  });
  // The input is stored, so its bytes no longer count while the request waits for the end of the run.
  releaseBytes(call.request);
  return run;
}

function metaOf({ headers }: Request): RunMeta {
  const named = headers.get('x-apify-request-origin')?.toUpperCase();
  const userAgent = headers.get('user-agent') ?? undefined;
  const origin = runOrigins.find((one) => one === named) ?? (/isAtHome\/true/i.test(userAgent ?? '') ? 'ACTOR' : 'API');
  return { origin, ...(userAgent !== undefined && { userAgent }) };
}
