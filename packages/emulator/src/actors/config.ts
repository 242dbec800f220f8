import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Item, type Json, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { Ajv, type ValidateFunction } from 'ajv';
import schema from '../../emulator.schema.json' with { type: 'json' };
import type { FinalStatus } from '../runs/run.js';
import { InvalidConfigError, schemaProblem } from './config-errors.js';

/** The JSON Schema of `emulator.json`; the package ships it as `emulator.schema.json`. */
export const configSchema = schema as unknown as Item;

/** What `emulator.json` declares. Relative paths begin at its folder. */
export interface Config {
  /** By name, or `user/name`. */
  readonly actors?: Readonly<Record<string, ActorSettings>> | undefined;
  readonly tasks?: Readonly<Record<string, TaskSettings>> | undefined;
}

export interface ActorSettings extends ProgramSettings {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** By tag. What a build does not say is as in the actor itself, whose tag is `latest`. */
  readonly builds?: Readonly<Record<string, BuildSettings>> | undefined;
  /** Of runs that are given none. */
  readonly input?: Item | undefined;
  readonly options?: OptionSettings | undefined;
}

/** A command or a fixture. */
export interface ProgramSettings {
  readonly command?: string | readonly string[] | undefined;
  readonly mode?: 'api' | 'local' | undefined;
  readonly folder?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly fixture?: FixtureSettings | undefined;
}

export interface BuildSettings extends ProgramSettings {
  readonly number?: string | undefined;
}

export interface FixtureSettings {
  readonly file?: string | undefined;
  readonly delaySecs?: number | undefined;
  readonly itemsPerSecond?: number | undefined;
  readonly log?: readonly string[] | undefined;
  readonly status?: FinalStatus | undefined;
  readonly statusMessage?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly output?: Json | undefined;
}

export interface TaskSettings {
  /** Name of an actor. */
  readonly actor: string;
  readonly title?: string | undefined;
  readonly input?: Item | undefined;
  readonly options?: OptionSettings | undefined;
}

/** Options of runs where a request gives none. */
export interface OptionSettings {
  /** Tag or number. */
  readonly build?: string | undefined;
  /** 0: no timeout. */
  readonly timeoutSecs?: number | undefined;
  /** A power of two, 128 or more. */
  readonly memoryMbytes?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly maxTotalChargeUsd?: number | undefined;
  readonly restartOnError?: boolean | undefined;
}

/** Reads and checks a file; its paths become absolute. @throws UnreadableSourceError, InvalidConfigError */
export async function readConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT';
    throw new UnreadableSourceError(file, `cannot be read: ${systemReason(cause)}`, { cause, missing });
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new InvalidConfigError(file, '', `text that is not JSON (${(cause as Error).message})`, 'JSON', { cause });
  }
  return checkConfig(parsed, file, dirname(resolve(file)));
}

let compiled: ValidateFunction<Config> | undefined;

/**
 * Checks the form of what is declared.
 * @param name what errors call it
 * @param folder where relative paths begin
 * @throws InvalidConfigError
 */
export function checkConfig(given: unknown, name: string, folder: string): Config {
  compiled ??= new Ajv({ allowUnionTypes: true, verbose: true, strictTypes: false }).compile<Config>(schema);
  if (!compiled(given)) throw schemaProblem(name, compiled.errors ?? []);
  const actors = Object.entries(given.actors ?? {}).map(([actorName, actor]) => [actorName, placedActor(actor, folder)] as const);
  return { actors: Object.fromEntries(actors), tasks: given.tasks ?? {} };
}

function placedActor(actor: ActorSettings, folder: string): ActorSettings {
  const builds = Object.entries(actor.builds ?? {}).map(([tag, build]) => [tag, { ...build, ...placed(build, folder) }] as const);
  return { ...actor, ...placed(actor, folder), folder: resolve(folder, actor.folder ?? '.'), builds: Object.fromEntries(builds) };
}

function placed({ folder: own, fixture }: ProgramSettings, folder: string): ProgramSettings {
  const file = fixture?.file;
  return {
    ...(own !== undefined && { folder: resolve(folder, own) }),
    ...(fixture && { fixture: { ...fixture, file: file === undefined ? undefined : resolve(folder, file) } }),
  };
}
