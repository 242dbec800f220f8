import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetOfFiles, planExport, type Range } from '@dataset-items/parts';
import { afterAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../packages/kernel/src/testing/random.js';
import { commandPath } from '../command.js';
import { compareSplit, type SplitCounts } from '../parts/compare.js';
import { filesOf, inOneGo, inParts, scratch } from '../parts/split.js';

const folder = mkdtempSync(join(tmpdir(), 'parts-slow-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600_000;

/** Processor time of 28 s; PARTS_CASES=10000 takes five minutes. */
const CASES = Number(process.env.PARTS_CASES ?? 1000);

it(`${CASES} random exports in parts are those of one process`, { timeout: HOUR }, async () => {
  const counts: SplitCounts = { cases: 0, ranges: 0, split: 0, failed: 0, spooled: 0, counted: 0 };
  const random = randomOf(Date.now());
  for (let left = CASES; left > 0; left--) await compareSplit(random, counts);
  process.stdout.write(`parts: ${JSON.stringify(counts)}\n`);
  expect(counts.cases).toBe(CASES);
});

it.each(['json', 'csv', 'xlsx'])('%s of 3,000 ranges that have few bytes or none', { timeout: HOUR }, async (format) => {
  await scratch(async (directory) => {
    const items = Array.from({ length: 3000 }, (_, n) => (n % 3 === 0 ? {} : { a: 'x'.repeat(n % 90), [`b${n % 5}`]: n }));
    const lines = items.map((item) => `${JSON.stringify(item)}\n`);
    const paths = filesOf(directory, [lines.join('')]);
    let end = 0;
    const ranges = lines.map((line): Range => {
      end += line.length;
      return { files: [{ file: 0, bytes: [end - line.length, end] }] };
    });
    const asked = { request: `format=${format}&skipEmpty=1` };
    const split = await inParts(`${directory}/store`, () => datasetOfFiles(paths), asked, {
      // A plan has ranges of at least a 9,500th of all bytes.
      cut: () => ranges,
    });
    expect(split).toEqual(await inOneGo(paths, {}, asked));
    expect(ranges.length).toBe(3000);
  });
});

it('a file past 5 GiB is planned in ranges that a store copies at once', async () => {
  const path = join(folder, 'sparse.jsonl');
  const MIB = 1024 * 1024;
  const size = 6 * 1024 * MIB;
  const file = openSync(path, 'w');
  // Lines that end just after each place where a range is cut; the rest of the file is a hole.
  for (let at = 0; at < size; at += 256 * MIB) writeSync(file, '{"a":1}\n', at);
  writeSync(file, '\n', size - 1);
  closeSync(file);
  const plan = await planExport(await datasetOfFiles([path]), 'format=csv', { id: 'x', dataset: 'x' });
  const sizes = plan.ranges
    .flatMap((range) => ('files' in range ? range.files : []))
    .map(({ bytes: [from, to] = [0, 0] }) => to - from);
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
  expect(Math.max(...sizes)).toBeLessThan(257 * MIB);
  expect(sizes.length).toBeGreaterThan(20);
});

it('the columns of 10,000 ranges of 2,000 columns are merged in less than 150 MB', { timeout: HOUR }, () => {
  const told = execFileSync(process.execPath, ['test/slow/parts/merge-child.mjs'], { encoding: 'utf8' });
  const { peak, ...merged } = JSON.parse(told);
  // Each range has one of seven names more than the limit.
  expect(merged).toEqual({ tasks: 10_000, names: 2000, overLimit: 6 });
  expect(peak).toBeLessThan(150);
});

describe('processes that are killed', () => {
  it.each(['csv', 'jsonl', 'xlsx'])(
    '%s: the tasks are done by others, and the file is that of one process',
    { timeout: HOUR },
    async (format) => {
      const directory = mkdtempSync(join(folder, `${format}-`));
      const items = join(directory, 'items.jsonl');
      const line = (n: number): string =>
        JSON.stringify({ id: n, name: `n${n % 7}`, [`k${n % 13}`]: n / 4, tags: ['a', 'b'].slice(n % 3) });
      writeFileSync(items, Array.from({ length: 200_000 }, (_, n) => `${line(n)}\n`).join(''));
      const at = ['--store', join(directory, 'store'), '--id', 'killed'];
      const run = (...args: string[]): string => execFileSync(process.execPath, [commandPath, ...args], { encoding: 'utf8' });
      run('part', 'plan', items, '--format', format, '--range-size', '3MB', ...at);
      const random = randomOf(format.length);
      let killed = 0;
      for (let tasks = run('part', 'next', ...at); tasks !== 'join\n'; tasks = run('part', 'next', ...at)) {
        for (const task of tasks.trim().split('\n')) {
          const child = spawn(process.execPath, [commandPath, 'part', 'run', ...task.split(' '), ...at], { stdio: 'ignore' });
          // The first few are killed somewhere between their start and their end.
          const timer = killed < 12 ? setTimeout(() => child.kill('SIGKILL'), random.below(1500)) : undefined;
          const [, signal] = await once(child, 'exit');
          clearTimeout(timer);
          if (signal === 'SIGKILL') killed++;
        }
      }
      const joining = spawn(process.execPath, [commandPath, 'part', 'join', ...at], { stdio: 'ignore' });
      setTimeout(() => joining.kill('SIGKILL'), 200);
      await once(joining, 'exit');
      run('part', 'join', ...at, '-o', join(directory, 'parts.out'));
      run('export', items, '--format', format, '-o', join(directory, 'whole.out'), '-q');
      expect(readFileSync(join(directory, 'parts.out')).equals(readFileSync(join(directory, 'whole.out')))).toBe(true);
      expect(existsSync(join(directory, 'store/work')) && readdirSync(join(directory, 'store/work'))).toBe(false);
    },
  );
});
