import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Item } from 'dataset-items';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../../benchmarks/cases.js';
import { type Check, checkOf, outputOf } from '../../../benchmarks/check/check.js';
import { dataLines } from '../../../benchmarks/data.js';
import { programVersion } from '../../../benchmarks/program.js';
import { rivals, workOf } from '../../../benchmarks/rivals/index.js';
import type { Rival } from '../../../benchmarks/rivals/rival.js';

const folder = mkdtempSync(join(tmpdir(), 'rivals-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** They write only the columns of the first item. */
const firstItemAlone = ['json2csv-stream', 'papaparse', 'fast-csv', 'csv-stringify', 'miller'];

describe.each(cases)('$name', (benchmark) => {
  const path = join(folder, `${benchmark.name}.jsonl`);
  const lines = [...dataLines(benchmark.dataset, 50)];
  /** Runs work in this process if it is not a separate program, which takes a tenth of the time. */
  const write = async (rival: Rival): Promise<Buffer> => {
    const work = workOf(rival, benchmark);
    if (work === undefined || !('run' in work)) return outputOf(rival, benchmark, path);
    const output = join(folder, `${benchmark.name}-${rival.name}`);
    const items = function* (): Generator<Item> {
      for (const line of lines) yield JSON.parse(line);
    };
    await work.run({ path, items }, { path: output, stream: () => createWriteStream(output) }, benchmark.query);
    return readFileSync(output);
  };
  let check: Check;
  beforeAll(async () => {
    writeFileSync(path, lines.join(''));
    check = await checkOf(benchmark, write);
  });
  const contestants = rivals.filter((rival) => workOf(rival, benchmark) !== undefined && isInstalled(rival));

  it.each(contestants)('$name: the same cells', async (rival) => {
    const difference = await check.of(rival);
    if (benchmark.name === 'csv-sparse' && firstItemAlone.includes(rival.name))
      expect(difference).toMatch(/column ".+" is missing/);
    else expect(difference).toBeUndefined();
  });
});

function isInstalled({ program }: Rival): boolean {
  return program === undefined || programVersion(program) !== undefined;
}
