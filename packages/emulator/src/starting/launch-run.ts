import { RefusedRequestError } from '@dataset-items/http';
import { type Actor, type Build, findBuild } from '../actors/actor.js';
import type { OptionSettings } from '../actors/config.js';
import { runDefaults } from '../actors/run-defaults.js';
import type { Task } from '../actors/task.js';
import { refusal } from '../refusal.js';
import type { Naming } from '../runs/naming.js';
import type { Run, RunMeta, RunOptions } from '../runs/run.js';
import type { Runs, WantedRun } from '../runs/runs.js';
import { username } from '../user.js';

/** The actor or task that a request runs. */
export interface Startable {
  readonly actor: Actor;
  readonly task?: Task | undefined;
}

/** A start of a run, whoever asks for it. */
export interface Launch extends Startable {
  /** Those that override the options of the task and of the actor. */
  readonly options: OptionSettings;
  readonly meta: RunMeta;
  readonly webhooks?: WantedRun['webhooks'];
  /** Checked for the build that the run uses. */
  input(build: Build): Promise<WantedRun['input']>;
}

/** Checks everything, and starts the run. @throws RefusedRequestError */
export async function launchRun(runs: Pick<Runs, 'start'>, launch: Launch): Promise<Run> {
  const { actor, task, meta, webhooks = [] } = launch;
  const options = runDefaults(launch.options, task?.options ?? {}, actor.options);
  const build = findBuildOf(actor, options.build);
  checkLimit(actor, options);
  const input = await launch.input(build);
  return runs.start({
    actorId: actor.id,
    ...(task && { actorTaskId: task.id }),
    buildId: build.id,
    buildNumber: build.number,
    work: build.work,
    naming: namingOf(actor, build),
    ...(actor.pricing && { pricing: actor.pricing }),
    ...(input && { input }),
    options,
    meta,
    webhooks,
  });
}

/** Names of an actor and its build, for the process of a run. */
export function namingOf({ name, username: owner = username }: Actor, { tag }: Build): Naming {
  return { actor: `${owner}/${name}`, buildTags: tag };
}

/** @throws RefusedRequestError if the limit of a run is lower than its actor allows */
export function checkLimit({ pricing }: Pick<Run, 'pricing'>, { maxTotalChargeUsd }: RunOptions): void {
  const least = pricing?.pricingModel === 'PAY_PER_EVENT' ? (pricing.minimalMaxTotalChargeUsd ?? 0) : 0;
  if (!maxTotalChargeUsd || maxTotalChargeUsd >= least) return;
  throw new RefusedRequestError(
    refusal('max-total-charge-usd-below-minimum'),
    `maxTotalChargeUsd: got ${maxTotalChargeUsd}, expected at least ${least}, the lowest limit of the actor`,
  );
}

/** @throws RefusedRequestError if there is no such build */
export function findBuildOf(actor: Actor, wanted: string): Build {
  const build = findBuild(actor, wanted);
  if (build !== undefined) return build;
  const there = actor.builds.map(({ tag, number }) => `${tag} (${number})`).join(', ');
  const [type, kind] = /^\d/.test(wanted) ? (['build-not-found', 'number'] as const) : (['unknown-build-tag', 'tag'] as const);
  throw new RefusedRequestError(refusal(type), `Build with ${kind} ${JSON.stringify(wanted)} was not found; there are: ${there}`);
}
