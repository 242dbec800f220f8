import { cp, mkdtemp, open, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStorage, type Storage } from '../open-storage.js';
import type { Fsync } from '../options.js';
import { itemsOf, numbers } from '../testing/items.js';
import { lateBytes, mostLate } from './late-bytes.js';

let root: string;
const warnings: string[] = [];
const openIn = (name: string, fsync: Fsync = 'always'): Promise<Storage> =>
  openStorage(join(root, name), { fsync, warn: (message) => warnings.push(message) });

beforeEach(async () => {
  // On a busy machine the file would be synced before the copy is made.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  root = await mkdtemp(join(tmpdir(), 'late-bytes-'));
  warnings.length = 0;
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true });
});

/** What a power failure leaves: a copy of the directory while the storage is open, with the file of items as `lose` makes it. */
async function afterPowerFailure(storage: Storage, id: string, lose: (path: string) => Promise<void>): Promise<string> {
  const path = join('datasets', id, 'items.jsonl');
  await cp(join(root, 'first'), join(root, 'copy'), { recursive: true });
  await lose(join(root, 'copy', path));
  await storage.close();
  return path;
}

async function overwrite(path: string, text: string, position: number): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(text, position);
  await handle.close();
}

async function entriesIn(storage: Storage): Promise<number> {
  return (await storage.database.entries(lateBytes)).length;
}

const losses: [string, (path: string) => Promise<void>][] = [
  ['nothing', async () => {}],
  ['the file', (path) => rm(path)],
  ['all bytes', (path) => truncate(path, 0)],
  ['the end of a push', (path) => truncate(path, 50)],
  ['the end of the push before', (path) => truncate(path, 13)],
  ['bytes that became zeros', (path) => overwrite(path, '\0'.repeat(20), 10)],
];

test.each(losses)('items that were acknowledged are there after a power failure that loses %s', async (_, lose) => {
  const storage = await openIn('first');
  const dataset = await storage.datasets.create();
  const { id } = dataset.facts;
  await dataset.push(numbers(3));
  await dataset.push(numbers(5, 3));
  await afterPowerFailure(storage, id, lose);
  for (const _ of ['restored', 'not again']) {
    const again = await openIn('copy');
    const found = again.datasets.find(id);
    expect(await itemsOf(found?.source() ?? dataset.source())).toEqual(numbers(8));
    expect(found?.facts.itemCount).toBe(8);
    expect(await entriesIn(again)).toBe(0);
    await again.close();
  }
  expect(warnings).toEqual([]);
});

describe('bytes are in the database only until their file is on disk', () => {
  test.each([
    ['always', 8, 1],
    // One item has some 8 bytes.
    ['always', mostLate, 0],
    ['batch', 8, 0],
    ['never', 8, 0],
  ] as const)('%s, %i items: %i entries', async (fsync, count, expected) => {
    const storage = await openIn('first', fsync);
    const dataset = await storage.datasets.create();
    await dataset.push(numbers(count));
    expect(await entriesIn(storage)).toBe(expected);
    await storage.close();
    const again = await openIn('first', fsync);
    expect(await entriesIn(again)).toBe(0);
    await again.close();
  });

  test('after a second', async () => {
    const storage = await openIn('first');
    const dataset = await storage.datasets.create();
    await dataset.push(numbers(3));
    await dataset.push(numbers(3));
    expect(await entriesIn(storage)).toBe(2);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await expect.poll(() => entriesIn(storage)).toBe(0);
    await storage.close();
  });

  test('a dataset that is deleted leaves none', async () => {
    const storage = await openIn('first');
    const dataset = await storage.datasets.create();
    await dataset.push(numbers(3));
    await storage.datasets.remove(dataset.facts.id);
    vi.useRealTimers();
    await expect.poll(() => entriesIn(storage)).toBe(0);
    await storage.close();
    expect(warnings).toEqual([]);
  });
});

test('bytes that are missing before those in the database are an error', async () => {
  const storage = await openIn('first');
  const dataset = await storage.datasets.create();
  const { id } = dataset.facts;
  await dataset.push(numbers(mostLate));
  await dataset.push(numbers(1));
  const path = await afterPowerFailure(storage, id, (file) => truncate(file, mostLate));
  const again = await openIn('copy');
  const read = async () => itemsOf(again.datasets.find(id)?.source() ?? dataset.source());
  await expect(read()).rejects.toThrow('stored items are lost');
  expect((await readFile(join(root, 'copy', path))).length).toBe(mostLate);
  await again.close();
});
