import { userId, username } from '../user.js';
import type { Actor, Build } from './actor.js';
import { runDefaults } from './run-defaults.js';
import type { Task } from './task.js';

/** What is counted of runs. */
export interface RunCounts {
  readonly totalRuns: number;
  readonly lastRunStartedAt?: Date | undefined;
}

/** An actor as the API shows it (api-schemas: Actor). */
export function presentActor(actor: Actor, counts: RunCounts): Record<string, unknown> {
  const { title = null, description = null, builds, options } = actor;
  const { build, timeoutSecs, memoryMbytes, restartOnError } = runDefaults(options);
  return {
    ...presentListedActor(actor, counts),
    userId,
    title,
    description,
    isPublic: false,
    versions: versionsOf(builds),
    defaultRunOptions: { build, timeoutSecs, memoryMbytes, restartOnError },
    taggedBuilds: Object.fromEntries(builds.map((one) => [one.tag, presentBuild(actor, one)])),
  };
}

/** An actor as lists show it. */
export function presentListedActor(actor: Actor, { totalRuns, lastRunStartedAt }: RunCounts): Record<string, unknown> {
  const { id, name, title = null, createdAt, modifiedAt, builds } = actor;
  const stats = { totalBuilds: builds.length, totalRuns, ...(lastRunStartedAt && { lastRunStartedAt }) };
  return { id, name, username: ownerOf(actor), title, createdAt, modifiedAt, stats };
}

/** A task as the API shows it (api-schemas: Task). */
export function presentTask(task: Task, counts: RunCounts): Record<string, unknown> {
  const { id, actorId, name, title = null, createdAt, modifiedAt, options, input = null } = task;
  const stats = { totalRuns: counts.totalRuns };
  return { id, userId, actId: actorId, name, username, title, createdAt, modifiedAt, removedAt: null, stats, options, input };
}

/** A task as lists show it (api-schemas: TaskShort). */
export function presentListedTask(task: Task, actor: Actor | undefined, counts: RunCounts): Record<string, unknown> {
  const { options: _, input: __, removedAt: ___, ...shown } = presentTask(task, counts);
  return { ...shown, actName: actor?.name ?? null, actUsername: actor === undefined ? null : ownerOf(actor) };
}

/** Of an actor that is declared for no user, the only one there is. */
export function ownerOf(actor: Pick<Actor, 'username'>): string {
  return actor.username ?? username;
}

function presentBuild({ modifiedAt }: Actor, { id, number }: Build): Record<string, unknown> {
  return { buildId: id, buildNumber: number, finishedAt: modifiedAt };
}

function versionsOf(builds: readonly Build[]): Record<string, unknown>[] {
  const versions = new Map(builds.map(({ number, tag }) => [number.split('.').slice(0, 2).join('.'), tag]));
  return [...versions].map(([versionNumber, buildTag]) => ({ versionNumber, buildTag, sourceType: null }));
}
