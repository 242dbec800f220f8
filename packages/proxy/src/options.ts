import type { ItemsOptions, Log, Resolve } from '@dataset-items/http';
import { InvalidParameterError, longestTimer, refuseUnknown } from '@dataset-items/query-pipeline';
import type { Formats } from '@dataset-items/serializers';
import type { SeenRequest } from './operate/seen.js';
import type { SourceInput } from './sources/input.js';

/** Options of exports that the operator sets for all clients. */
export type ProxyItemsOptions = Pick<
  ItemsOptions<Formats>,
  | 'beyondMaxRecords'
  | 'cell'
  | 'columnLabels'
  | 'columnOrder'
  | 'compress'
  | 'defaults'
  | 'filter'
  | 'formats'
  | 'large'
  | 'map'
  | 'maxDepth'
  | 'maxItems'
  | 'maxRecords'
  | 'spoolBudget'
  | 'temporaryDirectory'
  | 'withoutColumns'
>;

export interface ProxyOptions {
  /** URL of the server that has the items: `https://api.example.com`, also with a path. Default: none, and only `sources` are served. */
  readonly upstream?: string | undefined;
  /**
   * Connect an upstream with a public name even if the name resolves to a private address. Default: off. An upstream whose URL has a private
   * address or a name without a dot is always connected.
   */
  readonly allowPrivate?: boolean | undefined;
  /** Resolves the names that must have public addresses, of the upstream and of sources. Default: the system's `dns.lookup`. */
  readonly resolve?: Resolve | undefined;
  /** Format in which the upstream gives stored items. Default: JSON Lines, or JSON if it has no other. */
  readonly upstreamFormat?: UpstreamFormat | undefined;
  /** Named sources. Each is served as `/v2/datasets/<name>/items`, to everybody who can reach the proxy. */
  readonly sources?: Readonly<Record<string, string | SourceInput>> | undefined;
  /** Names of files that the page names in commands, by source. Everybody who can reach the proxy can read them. Default: none. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Refuse requests that pages of other origins send, as the emulator does. Default false: they are answered, but cannot be read. */
  readonly ownOrigin?: boolean | undefined;
  /** Host names and addresses, without a port, that the `Host` of a request may have besides those of this machine. `*`: any. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Options of all exports. A request can change only those in `defaults`. */
  readonly items?: ProxyItemsOptions | undefined;
  /** Default for each: `defaultLimits`. */
  readonly limits?: { readonly [N in keyof Limits]?: Limits[N] | undefined } | undefined;
  /** Keeps stored items on disk. Default: no cache. */
  readonly cache?: CacheOptions | undefined;
  /**
   * Directory in which stored items and records that pass become fixtures that the emulator serves, with its `emulator.json`. It excludes
   * `cache`.
   * Default: none.
   */
  readonly record?: string | undefined;
  /** Compare answers of the upstream with the shapes of the API, and report what does not fit to `onNotice`. Default false. */
  readonly check?: boolean | undefined;
  /** An emulator beside the upstream. Default: none. */
  readonly fallback?: FallbackOptions | undefined;
  /** Called after each response. */
  readonly onRequest?: ((request: SeenRequest) => void) | undefined;
  /** Called for each failure of the proxy or of its upstream (status 5xx). Default: a line on standard error. */
  readonly log?: Log | undefined;
  /** Called with one line when the proxy turns something off, such as the cache. Default: a line on standard error. */
  readonly onNotice?: ((line: string) => void) | undefined;
}

export type UpstreamFormat = 'jsonl' | 'json';

export interface CacheOptions {
  /** Created if it does not exist. Only one proxy may use it at a time, which is not checked. */
  readonly directory: string;
  /** Largest number of bytes of all files. Default 2 GB. */
  readonly size?: number | undefined;
}

/** Answers a request, as the `fetch` of an emulator does. */
export type Fetch = (request: Request) => Promise<Response>;

export interface FallbackOptions {
  /** The `fetch` of the emulator. */
  readonly fetch: Fetch;
  /** Which of the two gets a request first. Default `emulator`. */
  readonly first?: 'emulator' | 'upstream' | undefined;
}

/** Limits of what clients and the upstream may use. Times are in milliseconds; a time-out of 0 means no limit. */
export interface Limits {
  /** Connections of all clients at the same time. */
  readonly clientConnections: number;
  /** Connections to the upstream at the same time. */
  readonly upstreamConnections: number;
  /** Bytes of the header of a request of a client, and of a response of the upstream. */
  readonly headerBytes: number;
  /** Bytes of the body of a request of a client. */
  readonly bodyBytes: number;
  /** Time until the header of a request of a client has arrived. */
  readonly clientTimeout: number;
  /** Time until the upstream is connected. */
  readonly connectTimeout: number;
  /** Time from a request until the header of the upstream's response has arrived. */
  readonly headersTimeout: number;
  /** Time in which no byte of a body is sent or received, on either side. */
  readonly idleTimeout: number;
  /** Time for a whole response. */
  readonly timeout: number;
  /** Number of times that a read is tried again. */
  readonly retries: number;
  /** Longest pause before the first retry. It doubles with each retry; between half of it and all of it is used, at random. */
  readonly retryDelay: number;
  /** Time that open responses have to end when the proxy closes. */
  readonly grace: number;
}

export const defaultLimits: Limits = {
  clientConnections: 1000,
  upstreamConnections: 256,
  headerBytes: 16 * 1024,
  bodyBytes: 1024 * 1024 * 1024,
  clientTimeout: 60_000,
  connectTimeout: 10_000,
  // The upstream may wait 300 s for a run before it answers.
  headersTimeout: 330_000,
  idleTimeout: 120_000,
  timeout: 0,
  retries: 3,
  retryDelay: 250,
  grace: 8_000,
};

const names = {
  allowHosts: true,
  allowPrivate: true,
  cache: true,
  check: true,
  fallback: true,
  files: true,
  items: true,
  limits: true,
  log: true,
  onNotice: true,
  onRequest: true,
  ownOrigin: true,
  record: true,
  resolve: true,
  sources: true,
  upstream: true,
  upstreamFormat: true,
} as const satisfies Record<keyof ProxyOptions, true>;

const times: ReadonlySet<string> = new Set<keyof Limits>([
  ...(['clientTimeout', 'connectTimeout', 'headersTimeout', 'idleTimeout', 'timeout', 'retryDelay', 'grace'] as const),
]);

const limitNames = Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, true]));

/** @throws InvalidParameterError for an unknown option or a limit that is not a whole number */
export function limitsOf(options: ProxyOptions): Limits {
  refuseUnknown(names, options);
  refuseUnknown(limitNames, options.limits ?? {});
  const given = Object.entries(options.limits ?? {}).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const most = times.has(name) ? longestTimer : Number.MAX_SAFE_INTEGER;
    if (Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most) continue;
    const expected = most === longestTimer ? `a whole number of milliseconds from 0 to ${most}` : 'a whole number, 0 or more';
    throw new InvalidParameterError(name, String(value), expected);
  }
  return { ...defaultLimits, ...Object.fromEntries(given) };
}
