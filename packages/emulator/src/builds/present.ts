import type { Actor, Build } from '../actors/actor.js';
import type { Definition } from '../actors/definition.js';
import { userId } from '../user.js';

const noUsage = { ACTOR_COMPUTE_UNITS: 0 };

/** The version of a build: `0.1` of `0.1.3`. */
export function versionNumberOf({ number }: Build): string {
  return number.split('.').slice(0, 2).join('.');
}

/** A build as lists show it (schema `BuildShort`). Nothing is built: a build was finished when its actor was declared. */
export function presentListedBuild(actor: Actor, { id, number }: Build): Record<string, unknown> {
  return {
    id,
    actId: actor.id,
    userId,
    status: 'SUCCEEDED',
    startedAt: actor.modifiedAt,
    finishedAt: actor.modifiedAt,
    usageTotalUsd: 0,
    buildNumber: number,
    meta: { origin: 'DEVELOPMENT' },
  };
}

/** A build as the API shows it (schema `Build`), with what the folder of the actor says about it. */
export function presentBuild(actor: Actor, build: Build, definition: Definition | undefined): Record<string, unknown> {
  const { actorDefinition = null, inputSchema, readme } = definition ?? {};
  return {
    ...presentListedBuild(actor, build),
    stats: { durationMillis: 0, runTimeSecs: 0, computeUnits: 0 },
    options: { useCache: false, betaPackages: false, memoryMbytes: 1024, diskMbytes: 2048 },
    usage: noUsage,
    usageUsd: noUsage,
    ...(inputSchema !== undefined && { inputSchema: JSON.stringify(inputSchema, undefined, 2) }),
    ...(readme !== undefined && { readme }),
    actVersion: { ...presentVersion(build), sourceFiles: undefined },
    actorDefinition,
  };
}

/** A version as the API shows it (schema `Version`). Its source is a folder, whose files are not shown. */
export function presentVersion(build: Build): Record<string, unknown> {
  return {
    versionNumber: versionNumberOf(build),
    sourceType: 'SOURCE_FILES',
    envVars: null,
    applyEnvVarsToBuild: false,
    buildTag: build.tag,
    sourceFiles: [],
  };
}

/** The versions of an actor, each by the last of its builds. */
export function versionsOf({ builds }: Actor): readonly Record<string, unknown>[] {
  const versions = new Map(builds.map((build) => [versionNumberOf(build), build]));
  return [...versions.values()].map(presentVersion);
}

/** The lines of a build's log, without times. */
export function logLinesOf(actor: Actor, build: Build, definition: Definition | undefined): readonly string[] {
  const { name, tag, number, folder } = { name: actor.name, ...build };
  return [
    `ACTOR: Build ${number} (tag ${tag}) of ${name}: nothing is built, the actor runs as it is declared`,
    folder === undefined ? 'ACTOR: It has no folder' : `ACTOR: Its folder is ${folder}`,
    definition === undefined ? 'ACTOR: No .actor/actor.json was found' : 'ACTOR: Found .actor/actor.json',
    definition?.inputSchema === undefined ? 'ACTOR: No input schema was found' : 'ACTOR: Found an input schema',
    definition?.readme === undefined ? 'ACTOR: No README was found' : 'ACTOR: Found a README',
    'ACTOR: Build finished.',
  ];
}
