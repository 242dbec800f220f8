import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesSource, wholeWindow } from '@dataset-items/sources';
import { expect, it, onTestFinished } from 'vitest';
import { marksOf, stretchOf } from './marks.js';

it.each([0, 1, 999, 1000, 1001, 3500])('every window of %d lines has its items, from either end', async (count) => {
  const directory = await mkdtemp(join(tmpdir(), 'marks-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'items.jsonl');
  const numbers = Array.from({ length: count }, (_, n) => n);
  const text = numbers.map((n) => `{"n":${n}}`).join('\n');
  await writeFile(path, text);
  const marks = await marksOf(path);
  const facts = { id: 'x', name: 'x', modifiedAt: undefined };
  const source = linesSource({
    ...{ path, facts, total: count, canonical: true },
    locate: async (window) => stretchOf(window, marks, text.length, count),
  });
  for (const offset of [0, 1, 998, 999, 1000, 1001, 2400, 3499, 3500, 9000]) {
    for (const limit of [1, 2, 999, 1000, 1001, Number.POSITIVE_INFINITY]) {
      for (const desc of [false, true]) {
        const items: unknown[] = [];
        for await (const batch of source.read({ ...wholeWindow, offset, limit, desc })) items.push(...batch.map(({ n }) => n));
        const ordered = desc ? numbers.toReversed() : numbers;
        expect([offset, limit, desc, items]).toEqual([offset, limit, desc, ordered.slice(offset, offset + limit)]);
      }
    }
  }
  const { start, end } = stretchOf({ offset: 2400, limit: 10, desc: false }, marks, text.length, count);
  expect(end - start).toBeLessThan(16_000);
});
