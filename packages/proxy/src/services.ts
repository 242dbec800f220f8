import { type Log, logToStandardError } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { type Cache, openCache } from './cache/cache.js';
import { checkedUpstream } from './check/checked.js';
import { createFallback, type Fallback } from './fallback.js';
import type { FormatMemory } from './items/ask-for-items.js';
import { createMetrics, type Metrics } from './operate/metrics.js';
import type { SeenRequest } from './operate/seen.js';
import { type CacheOptions, type Limits, limitsOf, type ProxyItemsOptions, type ProxyOptions } from './options.js';
import { openRecorder, type Recorder } from './record/recorder.js';
import { type NamedSources, openNamedSources } from './sources/named.js';
import { addressOf } from './upstream/address.js';
import type { Upstream } from './upstream/exchange.js';
import { openUpstream } from './upstream/upstream.js';

/** What the parts of a proxy share, from its start to its end. */
export interface Services {
  readonly upstream: Upstream | undefined;
  readonly formatMemory: FormatMemory;
  readonly cache: Cache | undefined;
  readonly recorder: Recorder | undefined;
  readonly sources: NamedSources;
  readonly fallback: Fallback | undefined;
  readonly itemsOptions: ProxyItemsOptions;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly startedAt: Date;
  readonly log: Log;
  readonly onRequest: ((request: SeenRequest) => void) | undefined;
  close(): Promise<void>;
}

/** @throws InvalidParameterError, UnwritableOutputError */
export async function openServices(options: ProxyOptions): Promise<Services> {
  const { items = {}, log = logToStandardError, onRequest, fallback } = options;
  const given = limitsOf(options);
  // Retries would only delay the emulator, which gets what the upstream does not answer.
  const limits = fallback?.first === 'upstream' ? { ...given, retries: 0 } : given;
  const metrics = createMetrics();
  const address = options.upstream === undefined ? undefined : addressOf(options.upstream, options.allowPrivate);
  const sources = openNamedSources(options.sources ?? {}, {
    ...{ limits, items, log, allowPrivate: options.allowPrivate ?? false, resolve: options.resolve },
  });
  const asked = address && openUpstream(address, { limits, resolve: options.resolve, onAnswer: metrics.answered });
  const { record, onNotice = noticeOnStandardError } = options;
  const upstream = asked && options.check ? await checkedUpstream(asked, { onNotice, onMisfit: metrics.misfit }) : asked;
  if (record !== undefined && options.cache !== undefined) {
    throw new InvalidParameterError('record', record, 'no cache beside it, because what the cache has does not pass');
  }
  const cache = options.cache && (await openCacheOf(options.cache, metrics, onNotice));
  const recorder = record === undefined ? undefined : await openRecorder(record, onNotice);
  return {
    ...{ upstream, cache, recorder, sources, limits, metrics, log, onRequest },
    itemsOptions: items,
    formatMemory: { known: options.upstreamFormat },
    fallback: fallback && createFallback(fallback),
    startedAt: new Date(),
    async close() {
      // First, because it may still ask the upstream.
      await recorder?.close();
      await upstream?.close();
      await sources.close();
    },
  };
}

function noticeOnStandardError(line: string): void {
  process.stderr.write(`dataset-items: ${line}\n`);
}

/** Bytes of a cache that nobody gave a size. */
const DEFAULT_SIZE = 2_000_000_000;

function openCacheOf(
  { directory, size = DEFAULT_SIZE }: CacheOptions,
  metrics: Metrics,
  onNotice: (line: string) => void,
): Promise<Cache> {
  return openCache({ directory, size, onNotice, onOutcome: metrics.cached });
}
