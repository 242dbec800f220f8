import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../cases.js';
import { measure } from '../measure.js';
import { programOf } from '../program.js';
import { rivals, workOf } from '../rivals/index.js';
import type { Rival } from '../rivals/rival.js';
import { firstDifference } from './compare.js';
import { type Cells, readers } from './read-output.js';

/** Compares what contestants write of a case with what the library writes. */
export interface Check {
  /** What is wrong; undefined: the same cells. */
  of(rival: Rival): Promise<string | undefined>;
}

/** @param outputOf what a contestant writes */
export async function checkOf({ holds }: Case, outputOf: (rival: Rival) => Promise<Buffer>): Promise<Check> {
  const read = readers[holds];
  const library = rivals.find(({ name }) => name === 'library') as Rival;
  const wanted = await read(await outputOf(library), library.name);
  return {
    of: async (rival) => {
      if (rival === library || rival.otherCells) return undefined;
      const output = await outputOf(rival);
      try {
        return firstDifference(withoutText(await read(output, rival.name), rival.nullText), wanted);
      } catch (error) {
        return `cannot be read: ${(error as Error).message}`;
      }
    },
  };
}

/** What a contestant writes of a file's items, as a process of its own. */
export async function outputOf(rival: Rival, benchmark: Case, path: string): Promise<Buffer> {
  const work = workOf(rival, benchmark);
  if (work === undefined) throw new Error(`${rival.name} has no work of ${benchmark.name}`);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const output = join(folder, 'output');
    await measure(programOf(rival, work, benchmark, path, output), 'run' in work ? undefined : output);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Leaves out the cells of a table that say null in words. */
function withoutText(cells: Cells, nullText: string | undefined): Cells {
  if (cells.columns === undefined || nullText === undefined) return cells;
  const records = cells.records.map((record) => new Map([...record].filter(([, text]) => text !== nullText)));
  return { ...cells, records };
}
