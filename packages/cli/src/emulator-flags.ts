import {
  type Arguments,
  flag,
  InvalidParameterError,
  list,
  oneOf,
  parseParameters,
  text,
  wholeNumber,
} from '@dataset-items/query-pipeline';
import type { Command } from 'commander';
import { textsOf } from './flags.js';
import { type LargeSettings, largeParameters, largeSettings } from './large-flags.js';
import { addParameterFlags } from './parameter-flags.js';

/** Parameters of `start`. Those of `exec` are the same, with other defaults. */
export const emulatorParameters = {
  port: wholeNumber('Port to listen on; 0 for any free port', { most: 65_535, local: true, defaultText: '4040' }),
  host: text('Address to listen on', { placeholder: '<address>', local: true, defaultText: '127.0.0.1' }),
  storage: text('Directory in which everything is stored', { placeholder: '<directory>', local: true, defaultText: './storage' }),
  inMemory: flag('Store everything in memory, until the emulator ends', { local: true }),
  acceptLoss: flag('Open a damaged storage with the data that is left', { local: true }),
  fsync: oneOf(
    'When a change is confirmed: after a sync to disk (always), before it (batch), or without one (never)',
    ['always', 'batch', 'never'],
    {
      local: true,
      defaultText: 'always',
    },
  ),
  token: text('Accept only this token', { placeholder: '<token>', local: true, defaultText: 'any token' }),
  allowHost: list('Without --token: also accept requests to these hosts; can be set in DATASET_ITEMS_ALLOW_HOST', {
    placeholder: '<hosts>',
    local: true,
    defaultText: 'localhost, 127.0.0.1, names without a dot',
  }),
  cors: list('Without --token: let pages of these origins send requests and read responses; can be set in DATASET_ITEMS_CORS', {
    placeholder: '<origins>',
    local: true,
    defaultText: 'none',
  }),
  readOnly: flag('Refuse requests that start a run, change what is stored or control the emulator', { local: true }),
  strict: flag('Refuse unknown query parameters, which the API ignores', { local: true }),
  config: text('File with actors and tasks; it is read again when it changes', {
    placeholder: '<emulator.json>',
    local: true,
    defaultText: 'none',
  }),
  maxRuns: wholeNumber('Runs at the same time; others wait for their turn', { least: 1, local: true, defaultText: '8' }),
  egressProxy: text('Proxy of runs: off, or an HTTP proxy that gets all its requests', {
    placeholder: '<off|url>',
    local: true,
    defaultText: 'requests are sent directly',
  }),
  runSyncTimeout: wholeNumber('Seconds that run-sync waits for its run', { least: 1, local: true, defaultText: '300' }),
  rateLimit: wholeNumber('Requests to one resource in a second; more get a 429', {
    least: 1,
    local: true,
    defaultText: 'not limited',
  }),
  retention: wholeNumber('Number of finished runs to keep, with their storages', { local: true, defaultText: '1000' }),
  allowPrivateWebhooks: flag('Also send webhooks to this machine and to private networks', { local: true }),
  ...largeParameters,
  log: oneOf('Log each request on standard error', ['text', 'json'], { local: true, defaultText: 'text' }),
} as const;

type EmulatorParameters = typeof emulatorParameters;

export interface EmulatorFlags extends Record<string, unknown> {
  readonly seed?: readonly string[];
  readonly quiet?: true;
}

/** Checked flags. */
export interface EmulatorSettings {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** `undefined`: in memory. */
  readonly storage: string | undefined;
  readonly fsync: 'always' | 'batch' | 'never' | undefined;
  readonly acceptLoss: boolean;
  readonly seed: readonly string[];
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
  readonly cors: readonly string[];
  readonly readOnly: boolean;
  readonly strict: boolean;
  readonly config: string | undefined;
  readonly maxConcurrentRuns: number | undefined;
  readonly egressProxy: string | undefined;
  readonly runSyncTimeoutSecs: number | undefined;
  readonly rateLimit: number | undefined;
  readonly retention: { readonly maxRuns: number } | undefined;
  readonly allowPrivateWebhooks: boolean;
  /** `undefined`: the emulator makes all exports. */
  readonly large: LargeSettings | undefined;
  /** `undefined`: requests are not logged. */
  readonly log: 'text' | 'json' | undefined;
}

/** @param defaultTexts defaults for the help, if they differ from those of `start` */
export function addEmulatorFlags(
  command: Command,
  defaultTexts: { readonly [N in keyof EmulatorParameters]?: string } = {},
): Command {
  const parameters = Object.entries(emulatorParameters).map(([name, parameter]) => {
    const { [name as keyof EmulatorParameters]: defaultText = parameter.defaultText } = defaultTexts;
    return [name, { ...parameter, defaultText }];
  });
  return addParameterFlags(command, 'Emulator:', Object.fromEntries(parameters))
    .option('--seed <path...>', 'files, directories or patterns; each becomes a dataset of that name, unless it exists already')
    .option('-q, --quiet', 'do not log requests');
}

/** Environment variables for use in containers. A flag overrides its variable. */
const variables = { allowHost: 'DATASET_ITEMS_ALLOW_HOST', cors: 'DATASET_ITEMS_CORS' } as const;

/** @throws InvalidParameterError */
export function emulatorSettings(
  flags: EmulatorFlags,
  defaults: Pick<EmulatorSettings, 'port' | 'storage' | 'log'>,
  environment: NodeJS.ProcessEnv = process.env,
): EmulatorSettings {
  const found = Object.entries(variables).map(([name, variable]) => [name, environment[variable] || undefined]);
  const asked = { ...Object.fromEntries(found), ...flags };
  const given = parseParameters(emulatorParameters, textsOf(emulatorParameters, asked), { local: true });
  const { port = defaults.port, host = '127.0.0.1', token, readOnly = false, strict = false, fsync, log = defaults.log } = given;
  const { allowHost: allowHosts = [], cors = [] } = given;
  const { config, maxRuns, egressProxy, runSyncTimeout, rateLimit, retention, allowPrivateWebhooks = false } = given;
  const storage = storageOf(given, defaults.storage);
  if (storage === undefined && fsync !== undefined) {
    throw new InvalidParameterError('fsync', fsync, 'no --fsync without --storage, because nothing is on disk');
  }
  return {
    port,
    host,
    storage,
    fsync,
    acceptLoss: given.acceptLoss ?? false,
    seed: flags.seed ?? [],
    token,
    allowHosts,
    cors,
    readOnly,
    strict,
    config,
    maxConcurrentRuns: maxRuns,
    egressProxy,
    runSyncTimeoutSecs: runSyncTimeout,
    rateLimit,
    retention: retention === undefined ? undefined : { maxRuns: retention },
    allowPrivateWebhooks,
    large: largeSettings(given),
    log: flags.quiet ? undefined : log,
  };
}

function storageOf({ storage, inMemory }: Arguments<EmulatorParameters>, standard: string | undefined): string | undefined {
  if (!inMemory) return storage ?? standard;
  if (storage !== undefined) throw new InvalidParameterError('storage', storage, 'either --storage or --in-memory');
  return undefined;
}
