import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../case.js';
import { measure } from '../measure.js';
import { programOf } from '../program.js';
import { rivals, workOf } from '../rivals/index.js';
import type { Rival } from '../rivals/rival.js';
import { firstDifference } from './compare.js';
import { type Cells, readers } from './read-output.js';

/** Compares the output of contestants in a case with the library's output. */
export interface Check {
  /** The first difference; undefined: the cells are the same. */
  of(rival: Rival): Promise<string | undefined>;
}

/** @param outputOf gives the output of a contestant */
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

/** The output of a contestant for a file of items, run as a process. */
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

/** Removes the cells of a table that contain a text for null. */
function withoutText(cells: Cells, nullText: string | undefined): Cells {
  if (cells.columns === undefined || nullText === undefined) return cells;
  const records = cells.records.map((record) => new Map([...record].filter(([, text]) => text !== nullText)));
  return { ...cells, records };
}
