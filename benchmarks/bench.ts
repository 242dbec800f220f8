import { statSync } from 'node:fs';
import type { Case } from './case.js';
import { type Check, checkOf, outputOf } from './check/check.js';
import { dataFile } from './data-file.js';
import type { Contender, Entrant } from './entrant.js';
import { contenderFigures, figuresOf, type Relation } from './figures.js';
import { thisMachine } from './machine.js';
import { measure } from './measure.js';
import type { SpeedOptions } from './options.js';
import { programOf, programVersion, scriptPath } from './program.js';
import type { Result } from './result.js';
import { rivals, workOf } from './rivals/index.js';

/** Number of items, the first of the data set, for which outputs are compared. */
const SAMPLE = 500;

/** Takes lines about the progress. */
export type Tell = (text: string) => void;

/** Measures all contestants in one case, in rounds: the empty process, the floor, then the others. */
export async function bench(
  benchmark: Case,
  { items, runs, only }: Pick<SpeedOptions, 'items' | 'runs' | 'only'>,
  tell: Tell,
): Promise<Result> {
  const { name, dataset } = benchmark;
  const count = Math.ceil(items / (dataset === 'wide' ? 10 : 1));
  const path = await dataFile(dataset, count, () => tell(`making ${count} ${dataset} items`));
  const startUp: Entrant = { name: 'start-up', program: { kind: 'node', arguments: ['-e', '0'] }, runs: [] };
  const floor: Entrant = { name: 'floor', program: { kind: 'node', arguments: [scriptPath('floor.js'), path] }, runs: [] };
  const contenders = contendersOf(benchmark, path, only);
  const sample = await dataFile(dataset, SAMPLE);
  const check = await checkOf(benchmark, (rival) => outputOf(rival, benchmark, sample));
  for (const contender of contenders) {
    tell(`${name}: the cells of ${contender.name}`);
    contender.failed ??= await checked(contender, check);
  }
  for (let round = 1; round <= runs; round++) {
    for (const entrant of [startUp, floor]) entrant.runs.push(await measure(entrant.program));
    for (const contender of contenders) {
      if (contender.failed !== undefined) continue;
      tell(`${name}: run ${round} of ${runs}, ${contender.name}`);
      await run(contender);
    }
  }
  const relation: Relation = { startUp, floor, items: count, megabytes: statSync(path).size / 1e6 };
  return {
    case: name,
    summary: benchmark.summary,
    query: benchmark.query,
    dataset,
    items: count,
    megabytes: Number(relation.megabytes.toFixed(1)),
    runs,
    machine: thisMachine(),
    ...(benchmark.target && { target: benchmark.target }),
    contestants: [
      { name: floor.name, ...figuresOf(floor, relation) },
      ...contenders.map((contender) => contenderFigures(contender, relation)),
    ],
  };
}

function contendersOf(benchmark: Case, path: string, only: readonly string[] | undefined): Contender[] {
  return rivals.flatMap((rival) => {
    const work = workOf(rival, benchmark);
    const { name, program } = rival;
    if (work === undefined || (only !== undefined && !only.includes(name) && benchmark.target?.above !== name)) return [];
    const failed =
      program !== undefined && programVersion(program) === undefined ? 'not installed, or GNU time is not' : undefined;
    return { name, rival, work, program: programOf(rival, work, benchmark, path), runs: [], failed };
  });
}

async function checked({ rival }: Contender, check: Check): Promise<string | undefined> {
  try {
    const difference = await check.of(rival);
    return difference && `differs: ${difference}`;
  } catch (error) {
    return failure(error, rival.ours);
  }
}

async function run(contender: Contender): Promise<void> {
  try {
    contender.runs.push(await measure(contender.program));
  } catch (error) {
    contender.failed = failure(error, contender.rival.ours);
  }
}

/** A rival that fails only gets no figure; a failure of the library is an error. */
function failure(error: unknown, ours: true | undefined): string {
  if (ours) throw error;
  return (error as Error).message;
}
