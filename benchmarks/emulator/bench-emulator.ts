import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchmarks } from '../folder.js';
import { type Machine, thisMachine } from '../machine.js';
import { median } from '../measure.js';
import type { EmulatorOptions } from '../options.js';
import type { Call, EmulatorPath } from './paths.js';
import { type Place, type Served, serve } from './served.js';

/** Milliseconds of one request, as medians of the runs. */
export interface Times {
  /** Between two answers, for all clients together. */
  readonly wall: number;
  /** Of the emulator's process. */
  readonly processor: number;
}

export interface PathResult {
  readonly path: string;
  readonly summary: string;
  readonly place: Place;
  readonly now: Times;
  /** The other checkout. */
  readonly before?: Times;
  /** Medians of the ratios of the runs, which are interleaved: above 1, this checkout is slower. */
  readonly ratio?: Times;
}

export interface EmulatorResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly paths: readonly PathResult[];
}

/** Measures the paths of the emulator, each with fresh data, in this checkout and in the other one by turns. */
export async function benchEmulator(
  { paths, places, beside, runs }: EmulatorOptions,
  tell: (text: string) => void,
): Promise<EmulatorResult> {
  const checkouts = [fileURLToPath(new URL('..', benchmarks)), ...(beside === undefined ? [] : [resolve(beside)])];
  const results: PathResult[] = [];
  for (const place of places) {
    const served = await Promise.all(checkouts.map((checkout) => serve(checkout, place)));
    try {
      for (const path of paths) {
        if (!path.writes && place !== 'always' && place !== 'memory') continue;
        tell(`${place}: ${path.name}`);
        results.push(await measurePath(path, place, served, runs));
      }
    } finally {
      await Promise.all(served.map(({ end }) => end()));
    }
  }
  return { machine: thisMachine(), runs, paths: results };
}

async function measurePath(path: EmulatorPath, place: Place, served: readonly Served[], runs: number): Promise<PathResult> {
  const entrants = [];
  for (const one of served) entrants.push({ one, callOf: await path.prepare(one.ask), times: [] as Times[] });
  // The first run warms up.
  for (let run = 0; run <= runs; run++) {
    for (const { one, callOf, times } of run % 2 === 0 ? entrants : entrants.toReversed()) {
      const measured = await measureRun(path, one, callOf, run * path.requests);
      if (run > 0) times.push(measured);
    }
  }
  const [now = [], before] = entrants.map(({ times }) => times);
  const result = { path: path.name, summary: path.summary, place, now: medians(now) };
  if (before === undefined) return result;
  const ratios = now.map(({ wall, processor }, run): Times => {
    const other = before[run] as Times;
    return { wall: wall / other.wall, processor: processor / other.processor };
  });
  return { ...result, before: medians(before), ratio: medians(ratios) };
}

async function measureRun(
  { clients, requests }: EmulatorPath,
  { ask, processorTime }: Served,
  callOf: (number: number) => Call,
  first: number,
): Promise<Times> {
  const processorBefore = await processorTime();
  const began = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) await ask(callOf(first + next++));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const wall = performance.now() - began;
  return { wall: wall / requests, processor: ((await processorTime()) - processorBefore) / requests };
}

function medians(times: readonly Times[]): Times {
  return { wall: median(times.map(({ wall }) => wall)), processor: median(times.map(({ processor }) => processor)) };
}
