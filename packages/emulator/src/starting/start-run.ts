import { RefusedRequestError } from '@dataset-items/http';
import type { Arguments } from '@dataset-items/query-pipeline';
import { type Actor, type Build, findBuild } from '../actors/actor.js';
import { runDefaults } from '../actors/run-defaults.js';
import type { Task } from '../actors/task.js';
import type { Call } from '../routes/route.js';
import { type Run, type RunMeta, runOrigins } from '../runs/run.js';
import { parseWebhooks } from '../webhooks/index.js';
import { readInput } from './input.js';
import type { runParameters } from './parameters.js';

export type RunArguments = Arguments<typeof runParameters>;

/** What a request starts. */
export interface Startable {
  readonly actor: Actor;
  readonly task?: Task | undefined;
}

/**
 * Starts a run as a request asks for it; everything is checked before.
 * @throws RefusedRequestError, InvalidParameterError
 */
export async function startRun(call: Call, { actor, task }: Startable, given: RunArguments): Promise<Run> {
  const { options: settings, runs, runWebhooks } = call.services;
  refuseForeignPage(call.request, settings.token);
  const { timeout: timeoutSecs, memory: memoryMbytes, webhooks: encoded, ...said } = given;
  const options = runDefaults({ ...said, timeoutSecs, memoryMbytes }, task?.options ?? {}, actor.options);
  const build = buildOf(actor, options.build);
  const webhooks = encoded === undefined ? [] : parseWebhooks(encoded, { allowPrivate: settings.allowPrivateWebhooks ?? false });
  const input = await readInput(call.request, actor, task);
  const run = await runs.start({
    actorId: actor.id,
    ...(task && { actorTaskId: task.id }),
    buildId: build.id,
    buildNumber: build.number,
    work: build.work,
    ...(input && { input }),
    options,
    meta: metaOf(call.request),
  });
  runWebhooks.attach(run, webhooks);
  return run;
}

/** Where any token opens, a page of any site could start processes on this machine. */
function refuseForeignPage({ headers }: Request, token: string | undefined): void {
  if (token !== undefined || headers.get('sec-fetch-site') !== 'cross-site') return;
  throw new RefusedRequestError(
    'insufficient-permissions',
    'Pages of other sites may start runs only where the emulator has a --token',
  );
}

function buildOf(actor: Actor, wanted: string): Build {
  const build = findBuild(actor, wanted);
  if (build !== undefined) return build;
  const there = actor.builds.map(({ tag, number }) => `${tag} (${number})`).join(', ');
  const [type, kind] = /^\d/.test(wanted) ? (['build-not-found', 'number'] as const) : (['unknown-build-tag', 'tag'] as const);
  throw new RefusedRequestError(type, `Build with ${kind} ${JSON.stringify(wanted)} was not found; there are: ${there}`);
}

function metaOf({ headers }: Request): RunMeta {
  const named = headers.get('x-apify-request-origin')?.toUpperCase();
  const userAgent = headers.get('user-agent') ?? undefined;
  const origin = runOrigins.find((one) => one === named) ?? (/isAtHome\/true/i.test(userAgent ?? '') ? 'ACTOR' : 'API');
  return { origin, ...(userAgent !== undefined && { userAgent }) };
}
