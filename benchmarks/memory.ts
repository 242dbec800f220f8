import type { Tell } from './bench.js';
import type { Case } from './case.js';
import { type Machine, thisMachine } from './machine.js';
import { measure } from './measure.js';
import type { MemoryOptions } from './options.js';
import { scriptPath } from './program.js';

/** Peak memory of the library, as stored in the results. */
export interface MemoryResult {
  readonly machine: Machine;
  readonly runs: number;
  /** Numbers of items, ascending. */
  readonly sizes: readonly number[];
  readonly cases: readonly { readonly case: string; readonly summary: string; readonly peakMegabytes: readonly number[] }[];
}

/** Largest peak in megabytes, for any number of items. */
const MOST = 150;
/** Largest growth from the last size but one to the last; checked where the former has at least `GROWN` items. */
const MOST_GROWTH = 0.1;
const GROWN = 1_000_000;

/** The largest peak of the runs of each case and size, each a fresh process. */
export async function measureMemory({ cases, sizes, runs }: MemoryOptions, tell: Tell): Promise<MemoryResult> {
  const measured: MemoryResult['cases'][number][] = [];
  for (const { name, summary } of cases) {
    const peaks: number[] = [];
    for (const size of sizes) {
      tell(`memory: ${name}, ${size} items`);
      peaks.push(await largestPeak(name, size, runs));
    }
    measured.push({ case: name, summary, peakMegabytes: peaks });
  }
  return { machine: thisMachine(), runs, sizes, cases: measured };
}

async function largestPeak(name: Case['name'], size: number, runs: number): Promise<number> {
  let most = 0;
  for (let run = 0; run < runs; run++) {
    const { peakMemory } = await measure({ kind: 'node', arguments: [scriptPath('memory-run.js'), name, String(size)] });
    most = Math.max(most, peakMemory);
  }
  return Number((most / 1e6).toFixed(1));
}

/** The figures as they are printed. */
export function memoryTable({ sizes, cases, runs }: MemoryResult): string {
  const row = (first: string, cells: readonly string[]): string =>
    `  ${first.padEnd(14)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
  const lines = cases.map(({ case: name, peakMegabytes }) => {
    const growth = growthOf(peakMegabytes);
    const steady = growth <= MOST_GROWTH || (sizes.at(-2) ?? 0) < GROWN;
    const verdict = Math.max(...peakMegabytes) < MOST && steady ? 'reached' : 'missed';
    return row(name, [...peakMegabytes.map((peak) => peak.toFixed(0)), `${(growth * 100).toFixed(1)} %`, verdict]);
  });
  return [
    `\nmemory: peak MB of the library by number of items, the largest of ${runs === 1 ? '1 run' : `${runs} runs`}\n`,
    `must: below ${MOST} MB, from ${GROWN.toLocaleString('en')} items on growth of at most ${MOST_GROWTH * 100} %\n`,
    row('', [...sizes.map((size) => size.toLocaleString('en')), 'growth']),
    ...lines,
  ].join('');
}

function growthOf(peaks: readonly number[]): number {
  const [before = 0, after = before] = peaks.slice(-2);
  return after / before - 1;
}
