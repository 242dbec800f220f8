import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesSource, type Stretch } from './lines-file.js';
import { type Window, wholeWindow } from './window.js';

/** Ten lines of 9 bytes: `{"n":10}` and a line end. */
const lines = Array.from({ length: 10 }, (_, index) => `{"n":${10 + index}}\n`).join('');
let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lines-file-'));
  path = join(directory, 'items.jsonl');
  await writeFile(path, lines);
});

afterAll(() => rm(directory, { recursive: true }));

const facts = { id: 'lines', name: 'lines', modifiedAt: undefined };

async function read(stretch: Partial<Stretch>, window: Partial<Window> = {}, chunkSize?: number): Promise<[number[], number]> {
  let bytes = 0;
  const whole = { start: 0, end: lines.length, line: 1, window: { ...wholeWindow, ...window }, ...stretch };
  const onBytes = (count: number): void => {
    bytes += count;
  };
  const source = linesSource({ path, facts, total: 10, locate: async () => whole }, { chunkSize, onBytes });
  const items: Item[] = [];
  for await (const batch of source.read()) items.push(...batch);
  return [items.map(({ n }) => n as number), bytes];
}

const rows: [string, Partial<Stretch>, Partial<Window>, number[], number][] = [
  ['a stretch reads its own bytes', { start: 27, end: 45 }, {}, [13, 14], 18],
  ['a window counts from the start of the stretch', { start: 27, end: 72 }, { offset: 1, limit: 2 }, [14, 15], 45],
  ['backwards it begins at the end and ends at the start', { start: 27, end: 54 }, { desc: true }, [15, 14, 13], 27],
  ['backwards a window counts from the end', { start: 9, end: 54 }, { desc: true, offset: 1, limit: 2 }, [14, 13], 45],
  ['an empty stretch reads nothing', { start: 90, end: 90 }, {}, [], 0],
];

test.each(rows)('%s', async (_, stretch, window, expected, bytes) => {
  expect(await read(stretch, window)).toEqual([expected, bytes]);
  expect((await read(stretch, window, 5))[0]).toEqual(expected);
});

test('a malformed item is reported with its place in the file', async () => {
  await appendFile(path, '{"n":20}\n{"n"\n');
  for (const desc of [false, true]) {
    await expect(read({ start: 81, end: 104, line: 10 }, { desc })).rejects.toThrow('line 12, byte 99: not valid JSON');
  }
});
