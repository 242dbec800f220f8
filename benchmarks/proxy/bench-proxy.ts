import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile } from '../data-file.js';
import { type Machine, thisMachine } from '../machine.js';
import { median } from '../measure.js';
import type { ProxyBenchOptions } from '../options.js';
import { type Served, serve } from './served.js';
import type { Work } from './works.js';

/** One way to the same response. */
export interface WayResult {
  /** Processor time of all servers on the way, in milliseconds for a request: the median of the runs. */
  readonly processor: number;
  /** The part of the proxy. */
  readonly ofProxy: number;
  /** Median of the ratios of the runs to the upstream alone, which are interleaved. */
  readonly ratio: number;
  /** 99th percentile of the delay of the event loop of the server that clients ask, in milliseconds: the median of the runs. */
  readonly delay99: number;
}

export interface WorkResult {
  readonly work: string;
  readonly summary: string;
  readonly upstream: WayResult;
  readonly proxy: WayResult;
  readonly cached?: WayResult | undefined;
}

/** Peak memory of a fresh proxy after all items of a dataset, in bytes. */
export interface PeakResult {
  readonly format: string;
  readonly items: number;
  readonly proxy: number;
  readonly cached: number;
}

export interface ProxyResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly items: number;
  readonly works: readonly WorkResult[];
  readonly peaks: readonly PeakResult[];
}

/** A fresh proxy, with a cache or without. */
type Start = (upstream: Served, isCached: boolean) => Promise<Served>;

/** Measures requests to the emulator, to a proxy in front of it, and to a proxy with a cache, by turns. */
export async function benchProxy({ works, items, runs }: ProxyBenchOptions, tell: (text: string) => void): Promise<ProxyResult> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-proxy-'));
  let caches = 0;
  const start: Start = (upstream, isCached) =>
    serve('proxy', upstream.url, ...(isCached ? [join(directory, `cache-${caches++}`)] : []));
  try {
    tell('the dataset');
    const upstream = await serve('emulator', join(directory, 'storage'), await dataFile('flat', items));
    const [proxy, cached] = [await start(upstream, false), await start(upstream, true)];
    const measured: WorkResult[] = [];
    for (const work of works) {
      tell(work.name);
      measured.push(await measureWork(work, { upstream, proxy, cached }, items, runs));
    }
    for (const server of [proxy, cached]) await server.end();
    tell('memory');
    const peaks = await measurePeaks(upstream, start, items);
    await upstream.end();
    return { machine: thisMachine(), runs, items, works: measured, peaks };
  } finally {
    await rm(directory, { recursive: true });
  }
}

type Servers = Readonly<Record<'upstream' | 'proxy' | 'cached', Served>>;

type Run = Omit<WayResult, 'ratio'>;

async function measureWork(work: Work, servers: Servers, items: number, runs: number): Promise<WorkResult> {
  const ways = (['upstream', 'proxy', 'cached'] as const).filter((way) => way !== 'cached' || work.isCached);
  const measured = Object.fromEntries(ways.map((way) => [way, [] as Run[]]));
  // The first run warms up, and fills the cache.
  for (let run = 0; run <= runs; run++) {
    for (const way of run % 2 === 0 ? ways : ways.toReversed()) {
      const one = await measureRun(work, servers[way], servers.upstream, items);
      if (run > 0) measured[way]?.push(one);
    }
  }
  const { upstream = [], proxy = [], cached } = measured;
  return {
    ...{ work: work.name, summary: work.summary, upstream: wayOf(upstream, upstream), proxy: wayOf(proxy, upstream) },
    ...(cached && { cached: wayOf(cached, upstream) }),
  };
}

async function measureRun({ clients, requests, path }: Work, asked: Served, upstream: Served, items: number): Promise<Run> {
  const before = [await asked.usage(), await upstream.usage()] as const;
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) await asked.read(path(next++, items));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const after = [await asked.usage(), await upstream.usage()] as const;
  const ofAsked = (after[0].processor - before[0].processor) / requests;
  const ofUpstream = (after[1].processor - before[1].processor) / requests;
  const isDirect = asked === upstream;
  return {
    processor: isDirect ? ofUpstream : ofAsked + ofUpstream,
    ofProxy: isDirect ? 0 : ofAsked,
    delay99: after[0].delay99,
  };
}

function wayOf(runs: readonly Run[], beside: readonly Run[]): WayResult {
  return {
    processor: median(runs.map(({ processor }) => processor)),
    ofProxy: median(runs.map(({ ofProxy }) => ofProxy)),
    ratio: median(runs.map(({ processor }, run) => processor / (beside[run]?.processor ?? Number.NaN))),
    delay99: median(runs.map(({ delay99 }) => delay99)),
  };
}

async function measurePeaks(upstream: Served, start: Start, items: number): Promise<PeakResult[]> {
  const peak = async (isCached: boolean, path: string): Promise<number> => {
    const proxy = await start(upstream, isCached);
    // With a cache the first request fetches all items, and the second one reads them from the file.
    for (let reads = isCached ? 2 : 1; reads > 0; reads--) await proxy.read(path);
    const { peakMemory } = await proxy.usage();
    await proxy.end();
    return peakMemory;
  };
  const peaks: PeakResult[] = [];
  for (const format of ['json', 'csv']) {
    for (const limit of [Math.ceil(items / 10), items]) {
      const path = `/v2/datasets/items/items?format=${format}&limit=${limit}`;
      peaks.push({ format, items: limit, proxy: await peak(false, path), cached: await peak(true, path) });
    }
  }
  return peaks;
}
