import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keptBytes } from './kept-bytes.js';

const path = mkdtempSync(join(tmpdir(), 'dataset-items-test-'));
afterAll(() => rmSync(path, { recursive: true }));

const chunk = 256 * 1024;

/** Parts of these lengths, each filled with its number. */
function partsOf(lengths: readonly number[]): Buffer[] {
  return lengths.map((length, index) => Buffer.alloc(length, index + 1));
}

it.each<[string, number[], number]>([
  ['none', [], 0],
  ['empty parts', [0, 0], 0],
  ['parts that share a chunk', [1, 2, 3], 0],
  ['a full chunk', [chunk - 1, 1], 0],
  ['a full chunk, and a byte over the budget', [chunk, 1], 0],
  ['a part larger than a chunk', [3 * chunk, 5, chunk], 0],
  ['a budget that is used up', [chunk, chunk, 1], 2 * chunk],
  ['more than the budget', [chunk, chunk, chunk, 1], 2 * chunk],
  ['a chunk after the file that would have had room in memory', [chunk, 3 * chunk, 1, chunk, 7], 2 * chunk],
])('bytes are read back as they were kept: %s', async (_, lengths, budget) => {
  const kept = keptBytes(path, budget);
  const parts = partsOf(lengths);
  await kept.append(...parts.slice(0, 1));
  await kept.append(...parts.slice(1));
  const read: Buffer[] = [];
  for await (const bytes of kept.read()) read.push(Buffer.from(bytes));
  await kept.close();
  expect(Buffer.concat(read).equals(Buffer.concat(parts))).toBe(true);
  expect(readdirSync(path)).toEqual([]);
});

it.each<[string, number, string | undefined]>([
  ['the budget', chunk, undefined],
  ['less than the budget', 2 * chunk, undefined],
  ['more than the budget', chunk - 1, 'unwritable-output'],
])('a full chunk of %s: %i bytes, and a file that cannot be opened gives %s', async (_, budget, code) => {
  const kept = keptBytes(`${path}/missing`, budget);
  await kept.append(Buffer.alloc(chunk));
  const appended = await kept.append(Buffer.alloc(1)).catch((error) => error);
  expect(appended?.code).toBe(code);
  await kept.close();
});

it.each([
  ['all chunks', 2, 0],
  ['the first one', 1, chunk],
])('a chunk is freed if %s were read', async (_, count, length) => {
  const kept = keptBytes(path);
  await kept.append(...partsOf([chunk, 1]));
  const chunks: Uint8Array[] = [];
  const reading = kept.read()[Symbol.asyncIterator]();
  for (let read = 0; read < count; read++) chunks.push((await reading.next()).value);
  // Whoever has asked for the next chunk is done with the last one.
  if (count === 2) expect((await reading.next()).done).toBe(true);
  await kept.close();
  expect(chunks.map((one) => one.length)).toEqual(Array(count).fill(length));
});

it('memory keeps 8 MiB when no budget is given, and not a byte more', async () => {
  const kept = keptBytes(`${path}/missing`);
  for (let count = 0; count < 32; count++) await kept.append(Buffer.alloc(chunk));
  await kept.append(Buffer.alloc(1));
  await expect(kept.append(Buffer.alloc(chunk))).rejects.toMatchObject({ code: 'unwritable-output' });
  await kept.close();
});
