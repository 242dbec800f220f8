import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage } from '@crawlee/memory-storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileStore } from '../file-store.js';
import type { DatasetStore, StoredDataset } from '../store.js';
import { itemsOf, numbers } from '../testing/items.js';

let directory: string;
let store: DatasetStore | undefined;
const warnings: string[] = [];

async function open(): Promise<DatasetStore> {
  store = await fileStore(directory, { fsync: 'never', warn: (message) => warnings.push(message) });
  return store;
}

async function dataset(name: string): Promise<StoredDataset> {
  const found = (store ?? (await open())).find(name);
  if (found === undefined) throw new Error(`no dataset ${name}`);
  return found;
}

function crawlee(writeMetadata: boolean): MemoryStorage {
  return new MemoryStorage({ localDataDirectory: directory, writeMetadata });
}

async function crawled(name: string, count: number, writeMetadata: boolean, from = 0): Promise<void> {
  const storage = crawlee(writeMetadata);
  const { id } = await storage.datasets().getOrCreate(name);
  await storage.dataset(id).pushItems(numbers(count, from));
  await storage.teardown();
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crawlee-'));
  warnings.length = 0;
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  expect(warnings).toEqual([]);
  await rm(directory, { recursive: true });
});

test.each([true, false])('what Crawlee wrote is read, paged and pushed to where it is (metadata: %s)', async (writeMetadata) => {
  await crawled('books', 12, writeMetadata);
  const books = await dataset('books');
  const { id } = books.facts;
  expect(books.facts).toMatchObject({ name: 'books', itemCount: 12, cleanItemCount: 12, bytes: 98 });
  expect(books.statistics()).toEqual({ n: { min: 0, max: 11, nullCount: 0, emptyCount: 0 } });
  expect(await itemsOf(books.source(), { offset: 9, limit: 2 })).toEqual(numbers(2, 9));
  expect(await itemsOf(books.source(), { desc: true, limit: 2 })).toEqual(numbers(2, 10).reverse());
  const before = [books.version, books.source()] as const;
  await Promise.all([books.push(numbers(2, 12)), books.push(numbers(1, 14))]);
  expect(books.version).not.toBe(before[0]);
  expect(await itemsOf(before[1])).toEqual(numbers(12));
  expect(books.facts.itemCount).toBe(15);
  await store?.close();

  const names = await readdir(join(directory, 'datasets', 'books'));
  expect(names.filter((name) => name !== '__metadata__.json')).toEqual(
    Array.from({ length: 15 }, (_, index) => `${String(index + 1).padStart(9, '0')}.json`),
  );
  const storage = crawlee(writeMetadata);
  const { items, total } = await storage.dataset('books').listItems();
  expect([items, total]).toEqual([numbers(15), 15]);
  // It goes on writing its metadata until then, and what reads it meanwhile counts no items.
  await storage.teardown();
  await crawled('books', 2, writeMetadata, 15);

  await open();
  const again = await dataset(id);
  expect(await itemsOf(again.source())).toEqual(numbers(17));
  expect(again.statistics()).toEqual({ n: { min: 0, max: 16, nullCount: 0, emptyCount: 0 } });
});

test('what a crawler writes while the store is open comes to it', async () => {
  await open();
  await crawled('default', 3, false);
  await expect.poll(() => store?.find('default')?.facts.itemCount, { timeout: 20_000 }).toBe(3);
  await crawled('default', 4, false, 3);
  await expect.poll(() => store?.find('default')?.facts.itemCount, { timeout: 20_000 }).toBe(7);
  const path = join(directory, 'datasets', 'default');
  await writeFile(join(path, '000000008.json'), '{"n":');
  await writeFile(join(path, '000000009.json'), '');
  const found = await dataset('default');
  expect(await itemsOf(found.source())).toEqual(numbers(7));
  await writeFile(join(path, '000000008.json'), '{"n":7}');
  await expect.poll(() => found.facts.itemCount, { timeout: 20_000 }).toBe(8);
  await rm(path, { recursive: true });
  await expect.poll(() => found.facts.itemCount, { timeout: 20_000 }).toBe(0);
  await found.push(numbers(1));
  expect(await readdir(path)).toEqual(['000000001.json']);
});

test('a file at the end that a killed crawler left without an item does not count, and its number is used again', async () => {
  await crawled('default', 3, false);
  await writeFile(join(directory, 'datasets', 'default', '000000004.json'), '{"n": 3');
  const found = await dataset('default');
  expect(found.facts.itemCount).toBe(3);
  await found.push(numbers(1, 3));
  expect(await itemsOf(found.source())).toEqual(numbers(4));
});

test('a push that a crash interrupted is ended when the directory is opened', async () => {
  await crawled('default', 3, true);
  await open();
  await store?.close();
  const journal = join(directory, '.dataset-items', 'crawlee', 'default.journal');
  await writeFile(journal, JSON.stringify({ first: 4, lines: ['{"n":3}', '{"n":4}'] }));
  await writeFile(join(directory, 'datasets', 'default', '000000004.json'), '{"n":3}');
  await open();
  expect(await itemsOf((await dataset('default')).source())).toEqual(numbers(5));
  await expect(readFile(journal)).rejects.toThrow('ENOENT');
});

test('names and ids that are taken give way, and what is changed of a dataset is kept without a word to Crawlee', async () => {
  await open();
  await store?.create({ name: 'books' });
  await store?.close();
  await crawled('books', 1, false);
  await mkdir(join(directory, 'datasets', 'nothing'));
  await open();
  expect(store?.list().map(({ facts }) => [facts.name, facts.itemCount])).toEqual([
    ['books', 0],
    [undefined, 1],
  ]);
  const foreign = store?.list()[1];
  await foreign?.update({ name: 'crawled', schema: { views: {} } });
  const facts = foreign?.facts;
  await store?.close();
  await open();
  expect((await dataset('crawled')).facts).toEqual(facts);
  await store?.remove(facts?.id ?? '');
  expect((await readdir(join(directory, 'datasets'))).includes('books')).toBe(false);
});
