import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Item, type Json, UnreadableSourceError, withoutMark } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { Ajv, type ValidateFunction } from 'ajv';
import schema from '../../emulator.schema.json' with { type: 'json' };
import type { Pricing } from '../runs/pricing.js';
import type { FinalStatus } from '../runs/run.js';
import { InvalidConfigError, schemaProblem } from './config-errors.js';

/** The JSON Schema of `emulator.json`; the package ships it as `emulator.schema.json`. */
export const configSchema = schema as unknown as Item;

/** The content of `emulator.json`. Relative paths are resolved against its folder. */
export interface Config {
  /** Keys are `name` or `user/name`. */
  readonly actors?: Readonly<Record<string, ActorSettings>> | undefined;
  readonly tasks?: Readonly<Record<string, TaskSettings>> | undefined;
  /** Created at the start, unless a dataset of that name or id exists. */
  readonly datasets?: Readonly<Record<string, DatasetSettings>> | undefined;
  /** Created at the start, unless a key-value store of that name or id exists. */
  readonly keyValueStores?: Readonly<Record<string, KeyValueStoreSettings>> | undefined;
}

export interface KeyValueStoreSettings {
  readonly records: Readonly<Record<string, RecordSettings>>;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
}

export interface RecordSettings {
  /** Its value. */
  readonly file: string;
  /** Default `application/octet-stream`. */
  readonly contentType?: string | undefined;
}

export interface DatasetSettings {
  /** Its items, in any input format. */
  readonly file: string;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly schema?: Item | undefined;
}

export interface ActorSettings extends ProgramSettings {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Builds by tag. Absent fields of a build are those of the actor itself, whose own build has the tag `latest`. */
  readonly builds?: Readonly<Record<string, BuildSettings>> | undefined;
  /** Start it for requests to its standby URL. Default: as `usesStandbyMode` of its `actor.json` says. */
  readonly standby?: boolean | Partial<StandbySettings> | undefined;
  /** What its runs cost. Default: nothing. */
  readonly pricing?: Pricing | undefined;
  /** Input of runs that are started without one. */
  readonly input?: Item | undefined;
  readonly options?: OptionSettings | undefined;
  /** The folder of commands that name none: that of the file. It cannot be set in the file. */
  readonly base?: string | undefined;
}

/** How an actor is on standby. */
export interface StandbySettings {
  /** Tag or number of the build that its runs use. Default: that of other runs. */
  readonly build?: string | undefined;
  readonly memoryMbytes?: number | undefined;
  /** Seconds without a request after which a run is stopped. */
  readonly idleTimeoutSecs: number;
  /** Requests that one run gets at the same time. */
  readonly maxRequestsPerActorRun: number;
  /** Requests of each run from which on another one is started for those to come. At most `maxRequestsPerActorRun`. */
  readonly desiredRequestsPerActorRun: number;
  /** Runs get the input of the task or the actor; otherwise none. */
  readonly shouldPassActorInput: boolean;
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

/** Options of runs, for requests that leave them out. */
export interface OptionSettings {
  /** Tag or number of a build. */
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
    parsed = JSON.parse(withoutMark(text));
  } catch (cause) {
    throw new InvalidConfigError(file, '', `text that is not JSON (${(cause as Error).message})`, 'JSON', { cause });
  }
  return checkConfig(parsed, file, dirname(resolve(file)));
}

let compiled: ValidateFunction<Config> | undefined;

/**
 * Checks declarations against the schema.
 * @param name name for errors
 * @param folder against which relative paths are resolved
 * @throws InvalidConfigError
 */
export function checkConfig(given: unknown, name: string, folder: string): Config {
  compiled ??= new Ajv({ allowUnionTypes: true, verbose: true, strictTypes: false }).compile<Config>(schema);
  if (!compiled(given)) throw schemaProblem(name, compiled.errors ?? []);
  const actors = Object.entries(given.actors ?? {}).map(([actorName, actor]) => [actorName, placedActor(actor, folder)] as const);
  const datasets = Object.entries(given.datasets ?? {}).map(
    ([datasetName, dataset]) => [datasetName, { ...dataset, file: resolve(folder, dataset.file) }] as const,
  );
  const stores = Object.entries(given.keyValueStores ?? {}).map(([storeName, { records, ...store }]) => {
    const placedRecords = Object.entries(records).map(
      ([key, record]) => [key, { ...record, file: resolve(folder, record.file) }] as const,
    );
    return [storeName, { ...store, records: Object.fromEntries(placedRecords) }] as const;
  });
  return {
    ...{ actors: Object.fromEntries(actors), tasks: given.tasks ?? {} },
    ...{ datasets: Object.fromEntries(datasets), keyValueStores: Object.fromEntries(stores) },
  };
}

function placedActor(actor: ActorSettings, folder: string): ActorSettings {
  const builds = Object.entries(actor.builds ?? {}).map(([tag, build]) => [tag, { ...build, ...placed(build, folder) }] as const);
  return { ...actor, ...placed(actor, folder), base: resolve(folder), builds: Object.fromEntries(builds) };
}

function placed({ folder: own, fixture }: ProgramSettings, folder: string): ProgramSettings {
  const file = fixture?.file;
  return {
    ...(own !== undefined && { folder: resolve(folder, own) }),
    ...(fixture && { fixture: { ...fixture, file: file === undefined ? undefined : resolve(folder, file) } }),
  };
}
