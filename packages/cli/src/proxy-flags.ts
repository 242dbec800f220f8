import { readFileSync } from 'node:fs';
import {
  type Arguments,
  acceptParameters,
  flag,
  InvalidParameterError,
  isItem,
  list,
  longestTimer,
  MalformedInputError,
  oneOf,
  parseParameters,
  text,
  UnreadableSourceError,
  wholeNumber,
} from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { textsOf } from './flags.js';
import { largeParameters } from './large-flags.js';

const seconds = (summary: string, defaultText: string) =>
  wholeNumber(summary, { most: Math.floor(longestTimer / 1000), local: true, defaultText });

/** The parameters of `proxy`, which are flags and properties of its configuration file. */
export const proxyParameters = {
  upstream: text('URL of the server that has the items', { placeholder: '<url>', local: true, defaultText: 'none' }),
  upstreamFormat: oneOf('Format in which the upstream gives stored items', ['jsonl', 'json'], {
    local: true,
    defaultText: 'detected',
  }),
  allowPrivate: flag('Allow an upstream whose public name resolves to a private address', { local: true }),
  port: wholeNumber('Port to listen on; 0 for any free port', { most: 65_535, local: true, defaultText: '4041' }),
  host: text('Address to listen on', { placeholder: '<address>', local: true, defaultText: '127.0.0.1' }),
  allowHost: list('Accept requests to these hosts too; * for any', {
    placeholder: '<hosts>',
    local: true,
    defaultText: 'localhost, 127.0.0.1, names without a dot',
  }),
  defaults: text("Options of formats where a request gives none: 'safe=1&bom=0'", {
    placeholder: '<query>',
    local: true,
    defaultText: 'none',
  }),
  maxItems: wholeNumber('Largest number of stored items per response', { least: 1, local: true, defaultText: 'no limit' }),
  maxRecords: wholeNumber('Largest number of records per response', { least: 1, local: true, defaultText: 'no limit' }),
  cache: text('Directory for a cache of stored items', { placeholder: '<directory>', local: true, defaultText: 'none' }),
  cacheSize: text('Largest size of the cache in bytes', {
    placeholder: '<size>',
    local: true,
    defaultText: '2GB',
    expected: 'a number of bytes, such as 500MB or 2GB',
    matches: (given) => bytesOf(given) !== undefined,
  }),
  record: text('Directory in which stored items and records that pass become fixtures for the emulator', {
    placeholder: '<directory>',
    local: true,
    defaultText: 'none',
  }),
  check: flag('Warn about answers of the upstream that do not fit the shapes of the API', { local: true }),
  emulator: flag('Also run an emulator, and serve from it everything that it has', { local: true }),
  storage: text('With --emulator: directory in which its data is stored', {
    placeholder: '<directory>',
    local: true,
    defaultText: 'in memory',
  }),
  first: oneOf('With --emulator: which of the two gets a request first', ['emulator', 'upstream'], {
    local: true,
    defaultText: 'emulator',
  }),
  connectTimeout: seconds('Seconds to wait for a connection to the upstream', '10'),
  headersTimeout: seconds('Seconds to wait until the upstream begins its response', '330'),
  idleTimeout: seconds('Seconds without any byte of a body after which the connection is cut off', '120'),
  timeout: seconds('Seconds in which a response must be complete; 0 for no limit', '0'),
  retries: wholeNumber('Number of times that a read is repeated if the upstream is busy', { local: true, defaultText: '3' }),
  ...largeParameters,
  log: oneOf('Log each request on standard error', ['text', 'json'], { local: true, defaultText: 'text' }),
} as const;

export interface ProxyFlags extends Record<string, unknown> {
  readonly source?: readonly string[];
  readonly config?: string;
  readonly plugin?: string;
  readonly quiet?: true;
}

export interface ProxySettings extends Arguments<typeof proxyParameters> {
  /** In the form of the option of `createProxy`. */
  readonly sources: Readonly<Record<string, string | { readonly from: string }>>;
}

/** The settings of the flags and the configuration file. A flag overrides the file. @throws InvalidParameterError, UnreadableSourceError, MalformedInputError */
export function proxySettings(flags: ProxyFlags): ProxySettings {
  const { sources = {}, ...configured } = flags.config === undefined ? {} : readConfig(flags.config);
  const fromFile = acceptParameters(proxyParameters, configured);
  const fromFlags = parseParameters(proxyParameters, textsOf(proxyParameters, flags), { local: true });
  const given = (flags.source ?? []).map(namedSource);
  const named = Object.fromEntries(given);
  const twice = given.find(([name, from]) => named[name] !== from);
  if (twice !== undefined) throw new InvalidParameterError('source', twice[0], 'each name once');
  const settings = { ...fromFile, ...fromFlags, sources: { ...(sources as ProxySettings['sources']), ...named } };
  if (settings.upstream === undefined && Object.keys(settings.sources).length === 0) {
    throw new InvalidParameterError('upstream', '', 'the URL of a server, or a --source');
  }
  if (settings.cacheSize !== undefined && settings.cache === undefined) {
    throw new InvalidParameterError('cacheSize', settings.cacheSize, '--cache with it');
  }
  if (settings.emulator === undefined && (settings.storage ?? settings.first) !== undefined) {
    throw new InvalidParameterError(
      settings.storage === undefined ? 'first' : 'storage',
      String(settings.storage ?? settings.first),
      '--emulator with it',
    );
  }
  return settings;
}

function namedSource(given: string): [name: string, from: string] {
  const at = given.indexOf('=');
  // The input may contain a password.
  if (at < 1 || at === given.length - 1)
    throw new InvalidParameterError('source', given.slice(0, Math.max(at, 0)), 'a name and an input, such as log=items.jsonl');
  return [given.slice(0, at), given.slice(at + 1)];
}

function readConfig(path: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UnreadableSourceError(path, `cannot be read: ${systemReason(cause)}`, { cause });
  }
  const refuse = (reason: string, options?: ErrorOptions) => new MalformedInputError(path, { line: 1, byte: 0 }, reason, options);
  let config: unknown;
  try {
    config = JSON.parse(content);
  } catch (cause) {
    throw refuse('not valid JSON', { cause });
  }
  if (!isItem(config)) throw refuse('expected an object of options');
  for (const [name, source] of Object.entries(config.sources ?? {})) {
    const isInput = typeof source === 'string' || (isItem(source) && typeof source.from === 'string');
    if (!isInput) throw refuse(`sources.${name}: expected a string, or an object with \`from\``);
  }
  return config;
}

const units = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 } as const;

/** The number of bytes of a size such as `500MB` or `256MiB`. `undefined`: the text is not a size. */
export function bytesOf(given: string): number | undefined {
  const [, number, unit = '', binary] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:(i)?B)?$/i.exec(given) ?? [];
  if (number === undefined) return undefined;
  const bytes = units[unit.toUpperCase() as keyof typeof units];
  return Math.round(Number(number) * (binary === undefined ? bytes : 1024 ** Math.round(Math.log10(bytes) / 3)));
}
