import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.js';
import { dataFile } from './data-file.js';
import { thisMachine } from './machine.js';
import { type Measured, measure, median, type Program } from './measure.js';
import type { Options } from './options.js';
import { packageVersion, programVersion } from './program.js';
import type { Figures, Result } from './result.js';
import { rivals, workOf } from './rivals/index.js';
import type { Rival, Work } from './rivals/rival.js';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Milliseconds; a run over few items may be shorter than the start-up of another. */
const SHORTEST = 1;

/** Told of what goes on. */
export type Tell = (text: string) => void;

interface Entrant {
  readonly name: string;
  readonly program: Program;
  readonly rival?: Rival;
  readonly work?: Work;
  readonly runs: Measured[];
  failed?: string;
}

/** Measures everyone on one case: round after round, in each the empty process, the floor, then the others. */
export async function bench(benchmark: Case, { items, runs, only }: Options, tell: Tell): Promise<Result> {
  const count = Math.ceil(items / (benchmark.dataset === 'wide' ? 10 : 1));
  const path = await dataFile(benchmark.dataset, count, () => tell(`making ${count} ${benchmark.dataset} items`));
  const startUp: Entrant = { name: 'start-up', program: { kind: 'node', arguments: ['-e', '0'] }, runs: [] };
  const floor: Entrant = { name: 'floor', program: { kind: 'node', arguments: [script('floor.js'), path] }, runs: [] };
  const others = entrants(benchmark, path, only);
  for (let round = 1; round <= runs; round++) {
    for (const entrant of [startUp, floor, ...others]) {
      if (entrant.failed !== undefined) continue;
      tell(`${benchmark.name}: run ${round} of ${runs}, ${entrant.name}`);
      try {
        entrant.runs.push(await measure(entrant.program));
      } catch (error) {
        if (entrant.rival === undefined || entrant.rival.ours) throw error;
        entrant.failed = (error as Error).message;
      }
    }
  }
  const megabytes = statSync(path).size / 1e6;
  return {
    case: benchmark.name,
    summary: benchmark.summary,
    query: benchmark.query,
    dataset: benchmark.dataset,
    items: count,
    megabytes: rounded(megabytes, 1),
    runs,
    machine: thisMachine(),
    ...(benchmark.target && { target: benchmark.target }),
    contestants: [floor, ...others].map((entrant) => figuresOf(entrant, { startUp, floor, count, megabytes })),
  };
}

function entrants(benchmark: Case, path: string, only: readonly string[] | undefined): Entrant[] {
  return rivals.flatMap((rival) => {
    const work = workOf(rival, benchmark);
    const { name, program } = rival;
    if (work === undefined || (only !== undefined && !only.includes(name) && benchmark.target?.above !== name)) return [];
    if (program !== undefined && programVersion(program) === undefined) {
      return { name, rival, work, program: { kind: 'native', command: [] }, runs: [], failed: 'not installed' };
    }
    return { name, rival, work, program: programOf(rival, work, benchmark, path), runs: [] };
  });
}

/** What does the work of a case on a file of items; the output goes to standard output, or to `output`. */
export function programOf(
  { name }: Rival,
  work: Work,
  { name: caseName, query }: Case,
  path: string,
  output = '/dev/null',
): Program {
  if ('command' in work) return { kind: 'native', command: work.command(path) };
  if ('nodeScript' in work) return { kind: 'node', arguments: work.nodeScript(path, query) };
  return { kind: 'node', arguments: [script('contestant.js'), name, caseName, path, output] };
}

interface Beside {
  readonly startUp: Entrant;
  readonly floor: Entrant;
  readonly count: number;
  readonly megabytes: number;
}

function figuresOf({ name, program, rival, work, runs, failed }: Entrant, { startUp, floor, count, megabytes }: Beside): Figures {
  const version = rival?.package ? packageVersion(rival.package) : rival?.program && programVersion(rival.program);
  const contestant = {
    name,
    ...(rival?.ours && { ours: rival.ours }),
    ...(version !== undefined && { version }),
    ...(work?.note !== undefined && { note: work.note }),
  };
  if (failed !== undefined) return { ...contestant, failed };
  const empty = (key: 'wall' | 'cpu'): number => median(startUp.runs.map((run) => run[key]));
  const time = (of: readonly Measured[], key: 'wall' | 'cpu', from: Program): number[] =>
    of.map((run) => Math.max(run[key] - (from.kind === 'node' ? empty(key) : 0), SHORTEST));
  const floors = median(time(floor.runs, 'wall', floor.program));
  const walls = time(runs, 'wall', program);
  const seconds = median(walls) / 1000;
  const loads = runs.flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded - empty('wall')]));
  return {
    ...contestant,
    seconds: rounded(seconds, 3),
    floors: rounded(median(walls) / floors, 3),
    spread: [rounded(Math.min(...walls) / floors, 3), rounded(Math.max(...walls) / floors, 3)],
    cpuFloors: rounded(median(time(runs, 'cpu', program)) / median(time(floor.runs, 'cpu', floor.program)), 3),
    itemsPerSecond: Math.round(count / seconds),
    megabytesPerSecond: rounded(megabytes / seconds, 1),
    peakMegabytes: rounded(median(runs.map(({ peakMemory }) => peakMemory)) / 1e6, 1),
    ...(loads.length > 0 && { loadMilliseconds: Math.max(0, Math.round(median(loads))) }),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
