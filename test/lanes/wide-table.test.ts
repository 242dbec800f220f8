import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exportItems } from '../../packages/exporter/src/index.js';
import { fileSource } from '../../packages/sources/src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'wide-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = Array.from({ length: 997 }, (_, index) => `k${index}`);
const items = Array.from({ length: 10_000 }, (_, index) => ({ [names[(index * 31) % names.length] as string]: index % 10 }));

/** Their cells are so short that the lengths of the cells need more room than the cells. */
it.each([
  ['found', 'format=csv'],
  ['given', `format=csv&columns=${names.join()}`],
])('chunks of a table of many columns that are %s have about the size they should have', async (_, query) => {
  const path = join(folder, 'items.jsonl');
  writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  const reasons: string[] = [];
  const onParsed = (reason: string): void => void reasons.push(reason);
  const { bytes, report } = await exportItems(await fileSource(path), query, { chunkBytes: 1024 * 1024, local: true, onParsed });
  let largest = 0;
  let size = 0;
  for await (const chunk of bytes) {
    largest = Math.max(largest, chunk.length);
    size += chunk.length;
  }
  expect(reasons).toEqual([]);
  expect((await report).recordsWritten).toBe(items.length);
  expect(size).toBeGreaterThan(items.length * names.length);
  expect(largest).toBeLessThan(2.5 * 1024 * 1024);
});
