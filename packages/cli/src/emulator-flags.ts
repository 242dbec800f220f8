import {
  type Arguments,
  flag,
  InvalidParameterError,
  oneOf,
  parseParameters,
  text,
  wholeNumber,
} from '@dataset-items/query-pipeline';
import type { Command } from 'commander';
import { addParameterFlags, textsOf } from './flags.js';

/** What `start` takes; the same parameters with other defaults are those of `exec`. */
export const emulatorParameters = {
  port: wholeNumber('Port to listen at, 0 for any that is free', { most: 65_535, local: true, defaultText: '4040' }),
  host: text('Address to listen at', { placeholder: '<address>', local: true, defaultText: '127.0.0.1' }),
  storage: text('Keep datasets in this directory', { placeholder: '<directory>', local: true, defaultText: './storage' }),
  inMemory: flag('Keep datasets in memory: at the end they are gone', { local: true }),
  fsync: oneOf('When a push is answered', ['always', 'batch', 'never'], { local: true, defaultText: 'always' }),
  token: text('Take this token and no other', { placeholder: '<token>', local: true, defaultText: 'any will do' }),
  strict: flag('Refuse query parameters that mean nothing, which the API ignores', { local: true }),
  config: text('Actors and tasks, read again when it changes', {
    placeholder: '<emulator.json>',
    local: true,
    defaultText: 'none',
  }),
  maxRuns: wholeNumber('Runs at once; others wait for their turn', { least: 1, local: true, defaultText: '8' }),
  runSyncTimeout: wholeNumber('Seconds that run-sync waits for its run', { least: 1, local: true, defaultText: '300' }),
  retention: wholeNumber('Keep so many runs that have ended, with what they stored', { local: true, defaultText: '1000' }),
  allowPrivateWebhooks: flag('Send webhooks to this machine and its networks too', { local: true }),
  log: oneOf('Log each request on standard error', ['text', 'json'], { local: true, defaultText: 'text' }),
} as const;

type EmulatorParameters = typeof emulatorParameters;

export interface EmulatorFlags extends Record<string, unknown> {
  readonly seed?: readonly string[];
  readonly quiet?: true;
}

/** What was asked for, checked. */
export interface EmulatorSettings {
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** `undefined`: in memory. */
  readonly storage: string | undefined;
  readonly fsync: 'always' | 'batch' | 'never' | undefined;
  readonly seed: readonly string[];
  readonly token: string | undefined;
  readonly strict: boolean;
  readonly config: string | undefined;
  readonly maxConcurrentRuns: number | undefined;
  readonly runSyncTimeoutSecs: number | undefined;
  readonly retention: { readonly maxRuns: number } | undefined;
  readonly allowPrivateWebhooks: boolean;
  /** `undefined`: requests are not logged. */
  readonly log: 'text' | 'json' | undefined;
}

/** @param told defaults as help tells them, where they are not those of `start` */
export function addEmulatorFlags(command: Command, told: { readonly [N in keyof EmulatorParameters]?: string } = {}): Command {
  const parameters = Object.entries(emulatorParameters).map(([name, parameter]) => {
    const { [name as keyof EmulatorParameters]: defaultText = parameter.defaultText } = told;
    return [name, { ...parameter, defaultText }];
  });
  return addParameterFlags(command, 'Emulator:', Object.fromEntries(parameters))
    .option('--seed <path...>', 'files, directories or patterns of items, each a dataset that has its name, unless it is there')
    .option('-q, --quiet', 'log no requests');
}

/** @throws InvalidParameterError */
export function emulatorSettings(
  flags: EmulatorFlags,
  defaults: Pick<EmulatorSettings, 'port' | 'storage' | 'log'>,
): EmulatorSettings {
  const given = parseParameters(emulatorParameters, textsOf(emulatorParameters, flags), { local: true });
  const { port = defaults.port, host = '127.0.0.1', token, strict = false, fsync, log = defaults.log } = given;
  const { config, maxRuns, runSyncTimeout, retention, allowPrivateWebhooks = false } = given;
  const storage = storageOf(given, defaults.storage);
  if (storage === undefined && fsync !== undefined) {
    throw new InvalidParameterError('fsync', fsync, 'it only beside --storage: what is in memory is never on disk');
  }
  return {
    port,
    host,
    storage,
    fsync,
    seed: flags.seed ?? [],
    token,
    strict,
    config,
    maxConcurrentRuns: maxRuns,
    runSyncTimeoutSecs: runSyncTimeout,
    retention: retention === undefined ? undefined : { maxRuns: retention },
    allowPrivateWebhooks,
    log: flags.quiet ? undefined : log,
  };
}

function storageOf({ storage, inMemory }: Arguments<EmulatorParameters>, standard: string | undefined): string | undefined {
  if (!inMemory) return storage ?? standard;
  if (storage !== undefined) throw new InvalidParameterError('storage', storage, 'either --storage or --in-memory');
  return undefined;
}
