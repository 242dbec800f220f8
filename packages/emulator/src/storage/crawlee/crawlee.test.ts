import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage } from '@crawlee/memory-storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { put } from '../../store/changes.js';
import { openStorage } from '../open-storage.js';
import type { DatasetStore, StoredDataset } from '../store.js';
import { itemsOf, numbers } from '../testing/items.js';
import { openDatasetStore } from '../testing/stores.js';
import { journals } from './journal.js';

let directory: string;
let store: Awaited<ReturnType<typeof openDatasetStore>> | undefined;
const warnings: string[] = [];

async function open(): Promise<DatasetStore> {
  store = await openDatasetStore(directory, { fsync: 'never', warn: (message) => warnings.push(message) });
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

test.each([true, false])('data of Crawlee is read, paged and pushed to in place (metadata: %s)', async (writeMetadata) => {
  await crawled('books', 12, writeMetadata);
  const books = await dataset('books');
  const { id } = books.facts;
  expect(books.facts).toMatchObject({ name: 'books', itemCount: 12, cleanItemCount: 12, bytes: 98 });
  expect(await books.statistics()).toEqual({ n: { min: 0, max: 11, nullCount: 0, emptyCount: 0 } });
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
  expect(await again.statistics()).toEqual({ n: { min: 0, max: 16, nullCount: 0, emptyCount: 0 } });
});

test('data that a crawler writes while the store is open is found', async () => {
  await open();
  await crawled('default', 3, false);
  await expect.poll(() => store?.find('default')?.facts.itemCount).toBe(3);
  await crawled('default', 4, false, 3);
  await expect.poll(() => store?.find('default')?.facts.itemCount).toBe(7);
  const path = join(directory, 'datasets', 'default');
  await writeFile(join(path, '000000008.json'), '{"n":');
  await writeFile(join(path, '000000009.json'), '');
  const found = await dataset('default');
  expect(await itemsOf(found.source())).toEqual(numbers(7));
  await writeFile(join(path, '000000008.json'), '{"n":7}');
  await expect.poll(() => found.facts.itemCount).toBe(8);
  await rm(path, { recursive: true });
  await expect.poll(() => found.facts.itemCount).toBe(0);
  await found.push(numbers(1));
  expect(await readdir(path)).toEqual(['000000001.json']);
});

test('a dataset that is removed after a reader has opened it fails as removed, as items and as text, and so do later calls', async () => {
  await crawled('books', 3, false);
  const books = await dataset('books');
  const source = books.source();
  await store?.remove(books.facts.id);
  const removed = { code: 'record-not-found', message: 'books: the dataset was removed' };
  const text = async (): Promise<void> => {
    const reading = await source.json?.();
    if (reading !== undefined && 'pieces' in reading) for await (const _ of reading.pieces);
  };
  for (const work of [() => itemsOf(source), text, () => books.push(numbers(1)), () => books.push([]), () => books.refresh()]) {
    await expect(work()).rejects.toMatchObject(removed);
  }
  expect(() => books.source()).toThrow('was removed');
});

test('a file at the end that a killed crawler left without an item does not count, and its number is used again', async () => {
  await crawled('default', 3, false);
  await writeFile(join(directory, 'datasets', 'default', '000000004.json'), '{"n": 3');
  const found = await dataset('default');
  expect(found.facts.itemCount).toBe(3);
  await found.push(numbers(1, 3));
  expect(await itemsOf(found.source())).toEqual(numbers(4));
});

test('a push that a crash interrupted is completed when the directory is opened', async () => {
  await crawled('default', 3, true);
  const before = await openStorage(directory, { fsync: 'never' });
  await before.database.commit([put(journals, 'default', { first: 4, lines: ['{"n":3}', '{"n":4}'] })]);
  await before.close();
  await writeFile(join(directory, 'datasets', 'default', '000000004.json'), '{"n":3}');
  for (const _ of ['ended', 'not again']) {
    await open();
    expect(await itemsOf((await dataset('default')).source())).toEqual(numbers(5));
    await store?.close();
  }
});

test('datasets are listed in the order in which they were made or found, whatever the clock of the file system says', async () => {
  const made = async (name: string, createdAt: string): Promise<void> => {
    const path = join(directory, 'datasets', name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, '__metadata__.json'), JSON.stringify({ createdAt }));
  };
  const names = (): (string | undefined)[] | undefined => store?.list().map(({ facts }) => facts.name);
  await made('z', '2020-01-01T00:00:00.000Z');
  await made('y', '2020-01-01T00:00:00.000Z');
  await made('x', '2021-01-01T00:00:00.000Z');
  await open();
  await store?.create({ name: 'own' });
  expect(names()).toEqual(['y', 'z', 'x', 'own']);
  await made('before', '2019-01-01T00:00:00.000Z');
  await expect.poll(() => store?.find('before')).toBeDefined();
  await store?.create({ name: 'last' });
  const all = ['y', 'z', 'x', 'own', 'before', 'last'];
  expect(names()).toEqual(all);
  await store?.close();
  await made('between', '2020-06-01T00:00:00.000Z');
  await open();
  expect(names()).toEqual([...all, 'between']);
  await store?.create({ name: 'after' });
  expect(names()).toEqual([...all, 'between', 'after']);
});

test('an id or a name that two directories have belongs to the older one, at each opening', async () => {
  for (const [folder, createdAt] of [
    ['a', '2021-01-01T00:00:00.000Z'],
    ['b', '2020-01-01T00:00:00.000Z'],
  ] as const) {
    const path = join(directory, 'datasets', folder);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, '__metadata__.json'), JSON.stringify({ id: 'same', name: 'same', createdAt }));
    await writeFile(join(path, '000000001.json'), JSON.stringify({ folder }));
  }
  await open();
  const before = store?.list().map(({ facts }) => [facts.id, facts.name]);
  expect(before).toEqual([
    ['same', 'same'],
    [expect.stringMatching(/^\w{17}$/), undefined],
  ]);
  expect(await itemsOf((await dataset('same')).source())).toEqual([{ folder: 'b' }]);
  await store?.close();
  await open();
  expect(store?.list().map(({ facts }) => [facts.id, facts.name])).toEqual(before);
});

test('taken names and ids are replaced, and changes of a dataset are stored without changing the files of Crawlee', async () => {
  await open();
  await store?.create({ name: 'books' });
  await store?.close();
  await crawled('books', 1, false);
  await mkdir(join(directory, 'datasets', 'nothing'));
  await open();
  // The clock of the file system may be some milliseconds behind, so their order is not known.
  const found = store?.list() ?? [];
  expect(new Map(found.map(({ facts }) => [facts.name, facts.itemCount]))).toEqual(
    new Map([
      ['books', 0],
      [undefined, 1],
    ]),
  );
  const foreign = found.find(({ facts }) => facts.name === undefined);
  await foreign?.update({ name: 'crawled', schema: { views: {} } });
  const facts = foreign?.facts;
  await store?.close();
  await open();
  expect((await dataset('crawled')).facts).toEqual(facts);
  await store?.remove(facts?.id ?? '');
  await expect.poll(async () => (await readdir(join(directory, 'datasets'))).includes('books')).toBe(false);
});
