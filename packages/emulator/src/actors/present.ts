import type { Item } from '@dataset-items/query-pipeline';
import { versionsOf } from '../builds/present.js';
import { presentPricing } from '../runs/pricing.js';
import { userId, username } from '../user.js';
import type { Actor, Build } from './actor.js';
import type { StandbySettings } from './config.js';
import type { Definition } from './definition.js';
import { runDefaults } from './run-defaults.js';
import type { Task } from './task.js';

/** Statistics of the runs of an actor or a task. */
export interface RunCounts {
  readonly totalRuns: number;
  readonly lastRunStartedAt?: Date | undefined;
}

/** An actor as the API shows it (schema `Actor`). */
export function presentActor(
  actor: Actor,
  counts: RunCounts,
  definition: Definition | undefined,
  standby: { readonly settings: StandbySettings | undefined; readonly url: string },
): Record<string, unknown> {
  const { builds, options } = actor;
  const { title = null, description = null } = namesOf(actor, definition);
  const { build, timeoutSecs, memoryMbytes, restartOnError } = runDefaults(options);
  return {
    ...presentListedActor(actor, counts),
    userId,
    title,
    description,
    isPublic: false,
    versions: versionsOf(actor),
    ...(actor.pricing && { pricingInfos: [presentPricing(actor.pricing, actor.createdAt)] }),
    defaultRunOptions: { build, timeoutSecs, memoryMbytes, restartOnError },
    ...(standby.settings && {
      actorStandby: { isEnabled: true, build, memoryMbytes, ...standby.settings },
      standbyUrl: standby.url,
    }),
    taggedBuilds: Object.fromEntries(builds.map((one) => [one.tag, presentBuild(actor, one)])),
  };
}

/** The title and the description of an actor: its own, or those in its `actor.json`. */
function namesOf(actor: Actor, definition: Definition | undefined): { readonly title?: string; readonly description?: string } {
  const { title = definition?.actorDefinition.title, description = definition?.actorDefinition.description } = actor;
  return { ...(typeof title === 'string' && { title }), ...(typeof description === 'string' && { description }) };
}

/** An actor as lists show it. */
export function presentListedActor(actor: Actor, { totalRuns, lastRunStartedAt }: RunCounts): Record<string, unknown> {
  const { id, name, title, createdAt, modifiedAt, builds } = actor;
  const stats = { totalBuilds: builds.length, totalRuns, ...(lastRunStartedAt && { lastRunStartedAt }) };
  return { id, name, username: ownerOf(actor), ...(title !== undefined && { title }), createdAt, modifiedAt, stats };
}

/** An actor as the store shows it (schema `StoreListActor`). */
export function presentStoreActor(actor: Actor, counts: RunCounts, definition: Definition | undefined): Item {
  const { id, name, builds } = actor;
  const username = ownerOf(actor);
  const { title = name, description } = namesOf(actor, definition);
  return {
    id,
    title,
    name,
    username,
    userFullName: username,
    ...(description !== undefined && { description }),
    categories: [],
    stats: {
      totalBuilds: builds.length,
      totalRuns: counts.totalRuns,
      totalUsers: 1,
      totalUsers7Days: 1,
      totalUsers30Days: 1,
      totalUsers90Days: 1,
      ...(counts.lastRunStartedAt && { lastRunStartedAt: counts.lastRunStartedAt.toISOString() }),
      actorReviewCount: 0,
      actorReviewRating: 0,
      bookmarkCount: 0,
      publicActorRunStats30Days: { ABORTED: 0, FAILED: 0, SUCCEEDED: 0, 'TIMED-OUT': 0, TOTAL: 0 },
    },
    currentPricingInfo: { ...(actor.pricing ?? { pricingModel: 'FREE' }) } as Item,
    isWhiteListedForAgenticPayments: true,
    actorReviewCount: 0,
    actorReviewRating: 0,
    bookmarkCount: 0,
  };
}

/** A task as the API shows it (schema `Task`). */
export function presentTask(task: Task, counts: RunCounts, standbyUrl?: string | undefined): Record<string, unknown> {
  const { id, actorId, name, title = null, createdAt, modifiedAt, options, input = null } = task;
  const stats = { totalRuns: counts.totalRuns };
  return {
    ...{ id, userId, actId: actorId, name, username, title, createdAt, modifiedAt, removedAt: null, stats, options, input },
    ...(standbyUrl !== undefined && { standbyUrl }),
  };
}

/** A task as lists show it (schema `TaskShort`). */
export function presentListedTask(task: Task, actor: Actor | undefined, counts: RunCounts): Record<string, unknown> {
  const { options: _, input: __, removedAt: ___, title, ...shown } = presentTask(task, counts);
  return {
    ...shown,
    ...(title !== null && { title }),
    actName: actor?.name ?? null,
    actUsername: actor === undefined ? null : ownerOf(actor),
  };
}

/** The owner of an actor; without a declared one, the emulator's only user. */
export function ownerOf(actor: Pick<Actor, 'username'>): string {
  return actor.username ?? username;
}

function presentBuild({ modifiedAt }: Actor, { id, number }: Build): Record<string, unknown> {
  return { buildId: id, buildNumber: number, finishedAt: modifiedAt };
}
