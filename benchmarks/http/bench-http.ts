import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile } from '../data-file.js';
import { type Machine, thisMachine } from '../machine.js';
import { measure, median } from '../measure.js';
import type { HttpOptions } from '../options.js';
import { scriptPath } from '../program.js';
import { type Served, serve } from '../proxy/served.js';
import { clients, type HttpRequest } from './requests.js';

/** Medians of the runs. */
export interface Serving {
  readonly clients: number;
  /** Megabytes of responses in a second, of all clients together. */
  readonly throughput: number;
  /** Processor time of the server in milliseconds for a response. */
  readonly processor: number;
  /** 99th percentile of the delay of its event loop, in milliseconds. */
  readonly delay99: number;
}

export interface RequestResult {
  readonly request: string;
  readonly summary: string;
  /** Bytes of a response. */
  readonly bytes: number;
  readonly ours: readonly Serving[];
  readonly naive: readonly Serving[];
}

export interface HttpResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly items: number;
  readonly megabytes: number;
  /** Processor time of the floor in milliseconds: each line of the file is parsed, without the start of the process. */
  readonly floor: number;
  readonly requests: readonly RequestResult[];
}

/** Responses of a run, whatever the number of clients. */
const RESPONSES = 64;

/** Measures the emulator, whose dataset has the items of a file, and a naive server of this file, by turns. */
export async function benchHttp({ requests, items, runs }: HttpOptions, tell: (text: string) => void): Promise<HttpResult> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-http-'));
  const path = await dataFile('flat', items);
  try {
    const floors: number[] = [];
    for (let run = 0; run < runs; run++) {
      const [empty, floor] = [await measure(node('-e', '0')), await measure(node(scriptPath('floor.js'), path))];
      floors.push(floor.cpu - empty.cpu);
    }
    tell('the dataset');
    const ours = await serve('emulator', join(directory, 'storage'), path);
    const naive = await serve('naive', path);
    const results: RequestResult[] = [];
    for (const request of requests) results.push(await measureRequest(request, { ours, naive }, runs, tell));
    for (const server of [ours, naive]) await server.end();
    const megabytes = (await stat(path)).size / 1e6;
    return { machine: thisMachine(), runs, items, megabytes, floor: median(floors), requests: results };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function node(...args: readonly string[]) {
  return { kind: 'node', arguments: args } as const;
}

async function measureRequest(
  { name, summary, query }: HttpRequest,
  servers: Readonly<Record<'ours' | 'naive', Served>>,
  runs: number,
  tell: (text: string) => void,
): Promise<RequestResult> {
  const target = { ours: `/v2/datasets/items/items?${query}`, naive: `/?${query}` };
  const bytes = await servers.ours.read(target.ours);
  const other = await servers.naive.read(target.naive);
  if (other !== bytes) throw new Error(`${name}: ${bytes} bytes of the emulator, ${other} of the naive server`);
  const measured = { ours: [] as Serving[], naive: [] as Serving[] };
  for (const count of clients) {
    tell(`${name}, ${count} clients`);
    const found = { ours: [] as Serving[], naive: [] as Serving[] };
    for (let run = 0; run < runs; run++) {
      for (const who of ['ours', 'naive'] as const) found[who].push(await oneRun(servers[who], target[who], count, bytes));
    }
    for (const who of ['ours', 'naive'] as const) measured[who].push(medians(found[who]));
  }
  return { request: name, summary, bytes, ...measured };
}

async function oneRun(server: Served, path: string, count: number, bytes: number): Promise<Serving> {
  const before = await server.usage();
  const start = performance.now();
  let left = RESPONSES;
  const client = async (): Promise<void> => {
    while (left-- > 0) await server.read(path);
  };
  await Promise.all(Array.from({ length: count }, client));
  const seconds = (performance.now() - start) / 1000;
  const after = await server.usage();
  return {
    clients: count,
    throughput: (RESPONSES * bytes) / 1e6 / seconds,
    processor: (after.processor - before.processor) / RESPONSES,
    delay99: after.delay99,
  };
}

function medians(runs: readonly Serving[]): Serving {
  const of = (name: keyof Serving): number => median(runs.map((run) => run[name]));
  return { clients: of('clients'), throughput: of('throughput'), processor: of('processor'), delay99: of('delay99') };
}
