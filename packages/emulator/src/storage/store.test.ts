import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Item, MalformedInputError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { Window } from '@dataset-items/sources';
import { afterAll, describe, expect, test } from 'vitest';
import { NameTakenError } from './store.js';
import { itemsOf, numbers } from './testing/items.js';
import { openDatasetStore } from './testing/stores.js';

const directory = await mkdtemp(join(tmpdir(), 'store-'));
let opened = 0;

afterAll(() => rm(directory, { recursive: true }));

/** The kinds of stores. Each function opens an empty store. */
const stores: Record<string, () => ReturnType<typeof openDatasetStore>> = {
  'in memory': () => openDatasetStore(),
  'in files': () => openDatasetStore(join(directory, String(opened++)), { fsync: 'never' }),
};

describe.each(Object.entries(stores))('a store %s', (_, open) => {
  test('makes ids of 17 characters and finds by id, then by name', async () => {
    const store = await open();
    const unnamed = await store.create();
    const named = await store.create({ name: 'books', title: 'Books', actorId: 'a', runId: 'r' });
    const sly = await store.create({ name: named.facts.id });
    expect(unnamed.facts.id).toMatch(/^[0-9A-Za-z]{17}$/);
    expect(named.facts).toMatchObject({ name: 'books', title: 'Books', actorId: 'a', runId: 'r', itemCount: 0, bytes: 0 });
    expect(named.facts.urlSigningSecretKey).not.toBe(unnamed.facts.urlSigningSecretKey);
    expect([store.find('books'), store.find(named.facts.id), store.find(unnamed.facts.id)]).toEqual([named, named, unnamed]);
    expect(store.find('nothing')).toBeUndefined();
    expect(store.list()).toEqual([unnamed, named, sly]);
    await store.close();
  });

  test('refuses a taken name or id, also while its creation is in progress', async () => {
    const store = await open();
    const both = await Promise.allSettled([store.create({ name: 'one' }), store.create({ name: 'one' })]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const other = await store.create({ id: 'mine', name: 'other' });
    await expect(store.create({ id: 'mine' })).rejects.toThrow(NameTakenError);
    await expect(other.update({ name: 'one' })).rejects.toThrow(NameTakenError);
    await other.update({ name: 'other', title: 'Same name again' });
    expect(other.facts).toMatchObject({ id: 'mine', name: 'other', title: 'Same name again' });
    await store.close();
  });

  test('reads the requested window of the items at the time of the request', async () => {
    const store = await open();
    const dataset = await store.create();
    await dataset.push(numbers(700));
    const source = dataset.source();
    await dataset.push(numbers(5, 700));
    expect(await source.total()).toBe(700);
    expect(await itemsOf(source)).toEqual(numbers(700));
    const rows: [Partial<Window>, Item[]][] = [
      [{ offset: 697, limit: 10 }, numbers(3, 697)],
      [{ offset: 10, limit: 2 }, numbers(2, 10)],
      [{ desc: true, limit: 2 }, [{ n: 699 }, { n: 698 }]],
      [{ desc: true, offset: 698, limit: 9 }, [{ n: 1 }, { n: 0 }]],
      [{ desc: true, offset: 1, limit: 600 }, numbers(600, 99).reverse()],
      [{ offset: 700 }, []],
      [{ offset: 7000, limit: 3, desc: true }, []],
    ];
    for (const [window, expected] of rows) expect(await itemsOf(source, window)).toEqual(expected);
    expect(await itemsOf(dataset.source(), { offset: 698, limit: 4 })).toEqual(numbers(4, 698));
    await store.close();
  });

  test('keeps items as they were pushed, whatever happens to the objects and whatever the names of their fields are', async () => {
    const store = await open();
    const dataset = await store.create();
    const item = { when: new Date(0), text: 'line\nend \u{1f600} \ud800', none: undefined, deep: { list: [1] } };
    await dataset.push([item as unknown as Item, JSON.parse('{"__proto__":{"a":1},"constructor":2}')]);
    item.deep.list.push(2);
    const [first, second] = await itemsOf(dataset.source());
    expect(first).toEqual({ when: '1970-01-01T00:00:00.000Z', text: 'line\nend \u{1f600} \ud800', deep: { list: [1] } });
    expect(JSON.stringify(second)).toBe('{"__proto__":{"a":1},"constructor":2}');
    await store.close();
  });

  test('stores all items of a push or none', async () => {
    const store = await open();
    const dataset = await store.create();
    await expect(dataset.push([{ n: 1 }, 5 as unknown as Item])).rejects.toThrow(MalformedInputError);
    await expect(dataset.push([{ n: 1 }, nested(1001)])).rejects.toThrow('nested deeper than 1000 levels');
    await dataset.push([]);
    expect(dataset.facts.itemCount).toBe(0);
    await dataset.push([nested(1000)]);
    expect(await itemsOf(dataset.source())).toEqual([nested(1000)]);
    await store.close();
  });

  test('counts items, clean items, bytes and fields with each push', async () => {
    const store = await open();
    const fields = { type: 'object', properties: { price: {}, rating: {} } };
    const dataset = await store.create({ schema: { actorSpecification: 1, fields } });
    const before = dataset.version;
    await dataset.push([{ price: 5, tags: ['a', 'b'], ok: true }, { price: -1.5, tags: [], ok: true }, { '#debug': 1 }]);
    await dataset.push([{}, { price: null, title: 'abc', about: { x: 1, y: 2 } }]);
    expect(dataset.version).not.toBe(before);
    expect(dataset.facts).toMatchObject({ itemCount: 5, cleanItemCount: 3, bytes: 141 });
    expect(await dataset.statistics()).toEqual({
      price: { min: -1.5, max: 5, nullCount: 1, emptyCount: 2 },
      rating: { nullCount: 0, emptyCount: 5 },
      tags: { min: 0, max: 2, nullCount: 0, emptyCount: 3 },
      ok: { min: 0, max: 1, nullCount: 0, emptyCount: 3 },
      '#debug': { min: 1, max: 1, nullCount: 0, emptyCount: 4 },
      title: { min: 3, max: 3, nullCount: 0, emptyCount: 4 },
      about: { min: 2, max: 2, nullCount: 0, emptyCount: 4 },
    });
    await store.close();
  });

  test('records the times of the last push and of the last reading', async () => {
    const store = await open();
    const dataset = await store.create({ schema: { views: {} } });
    const { createdAt } = dataset.facts;
    await passMillisecond(createdAt);
    await dataset.push(numbers(1));
    dataset.read();
    const { modifiedAt, accessedAt } = dataset.facts;
    expect(modifiedAt.getTime()).toBeGreaterThan(createdAt.getTime());
    expect(accessedAt.getTime()).toBeGreaterThan(createdAt.getTime());
    expect(dataset.source().facts).toEqual({
      id: dataset.facts.id,
      name: dataset.facts.id,
      modifiedAt,
      version: dataset.version,
    });
    await dataset.update({ name: 'named', schema: null });
    expect(dataset.facts).toMatchObject({ name: 'named', schema: undefined, modifiedAt });
    await store.close();
  });

  test('does not find a removed dataset', async () => {
    const store = await open();
    const dataset = await store.create({ name: 'gone' });
    await dataset.push(numbers(3));
    await store.remove(dataset.facts.id);
    await store.remove('never there');
    expect([store.find('gone'), store.find(dataset.facts.id), store.list()]).toEqual([undefined, undefined, []]);
    await expect(dataset.push(numbers(1))).rejects.toThrow(UnreadableSourceError);
    expect(() => dataset.source()).toThrow('the dataset was removed');
    const again = await store.create({ name: 'gone', id: dataset.facts.id });
    expect(again.facts.itemCount).toBe(0);
    await store.close();
  });
});

describe('a source that was opened before its dataset was removed, in files', () => {
  test.each([{ desc: false }, { desc: true }])('names the removal as the reason: %o', async ({ desc }) => {
    const store = await openDatasetStore(join(directory, String(opened++)), { fsync: 'never' });
    const dataset = await store.create();
    await dataset.push(numbers(3));
    const source = dataset.source();
    await store.remove(dataset.facts.id);
    // When it is closed, the files are removed too.
    await store.close();
    await expect(itemsOf(source, { desc })).rejects.toMatchObject({ code: 'record-not-found' });
  });
});

function nested(levels: number): Item {
  return JSON.parse(`${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`);
}

async function passMillisecond(since: Date): Promise<void> {
  while (Date.now() <= since.getTime()) await new Promise((resolve) => setTimeout(resolve, 1));
}
