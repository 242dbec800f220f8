import type { Item } from '@dataset-items/query-pipeline';
import { defineSource } from '@dataset-items/sources';
import { describe, expect, it } from 'vitest';
import { inspectColumns } from './inspect-columns.js';

const items: Item[] = [
  { id: 1, at: '2026-11-28', tags: [{ name: 'a' }, { name: 'b' }], note: '' },
  { id: 'two', at: null, tags: [], note: 'x' },
  { id: 3, at: '2026-11-29T12:00:00Z', ok: true },
];

describe('inspectColumns', () => {
  it('gives the figures of each column of a table', async () => {
    const figures = await inspectColumns(items);
    expect(figures).toMatchObject({ items: 3, all: true, rows: 3, report: { written: 6 }, skipped: { count: 0 } });
    expect(figures.columns.map(({ name, kinds, filled, example }) => ({ name, kinds, filled, example }))).toEqual([
      { name: 'at', kinds: { date: 2, null: 1 }, filled: 2, example: '2026-11-28' },
      { name: 'id', kinds: { number: 2, text: 1 }, filled: 3, example: 1 },
      { name: 'note', kinds: { empty: 1, text: 1 }, filled: 1, example: 'x' },
      { name: 'ok', kinds: { boolean: 1 }, filled: 1, example: true },
      { name: 'tags/0/name', kinds: { text: 1 }, filled: 1, example: 'a' },
      { name: 'tags/1/name', kinds: { text: 1 }, filled: 1, example: 'b' },
    ]);
    const [at, id] = figures.columns;
    const [first, second] = [Date.UTC(2026, 10, 28), Date.UTC(2026, 10, 29, 12)];
    expect(at).toMatchObject({ dates: { min: first, max: second }, lengths: { min: 10, max: 20 } });
    expect(id).toMatchObject({ numbers: { min: 1, max: 3 }, lengths: { min: 3, max: 3, width: 0, counts: [1] } });
    expect(id?.frequent.map(({ value }) => value)).toEqual([1, 'two', 3]);
  });

  it('applies window, query, columns and shaping, in the order of the table', async () => {
    const unwound = await inspectColumns(items, 'unwind=tags&fields=name,missing&limit=1');
    expect([unwound.items, unwound.rows, unwound.columns.map(({ name, filled }) => [name, filled])]).toEqual([
      1,
      2,
      [
        ['name', 2],
        ['missing', 0],
      ],
    ]);
    const listed = await inspectColumns(items, { columns: ['ok', 'id', 'none'] });
    expect(listed.columns.map(({ name, filled }) => [name, filled])).toEqual([
      ['ok', 1],
      ['id', 3],
      ['none', 0],
    ]);
    const ordered = await inspectColumns(items, {}, { columnOrder: ['note'], filter: ({ id }) => id !== 3 });
    expect([ordered.rows, ordered.columns[0]?.name]).toEqual([2, 'note']);
  });

  it.each([
    [0, 0, false],
    [2, 2, false],
    [3, 3, true],
    [9, 3, true],
  ])('reads at most %i items: %i, and says whether these are all: %s', async (mostItems, read, all) => {
    expect(await inspectColumns(items, {}, { mostItems })).toMatchObject({ items: read, rows: read, all });
    expect(await inspectColumns(items, { limit: 2 }, { mostItems })).toMatchObject({
      items: Math.min(read, 2),
      all: mostItems >= 2,
    });
  });

  it('names that never repeat do not fill the memory, and those of the table have their figures', async () => {
    const source = async function* (): AsyncGenerator<Item> {
      for (let n = 0; n < 8000; n++) yield { [`k${n % 10}`]: n, [`name ${String(99_999 - n)}`]: 'x'.repeat(200) };
    };
    const { columns, report, rows } = await inspectColumns(source(), {}, { defaults: { maxColumns: 11 } });
    expect(columns.map(({ name, filled }) => [name, filled])).toEqual([
      ...Array.from({ length: 10 }, (_, n) => [`k${n}`, 800]),
      ['name 92000', 1],
    ]);
    expect([rows, report.overLimit.count]).toEqual([8000, 7999]);
  });

  it('ends when its signal fires, also while the source does not answer, and closes the source', async () => {
    let closed = 0;
    const abort = new AbortController();
    const silent = defineSource({
      items: async function* () {
        yield { a: 1 };
        abort.abort(new Error('enough'));
        await new Promise(() => {});
      },
      close: () => void closed++,
    });
    await expect(inspectColumns(silent, {}, { signal: abort.signal })).rejects.toThrow('enough');
    expect(closed).toBe(1);
  });

  it.each<[name: string, request: string | object, options: object, message: RegExp]>([
    ['an unknown option', {}, { mostItem: 1 }, /mostItem: .*mostItems/],
    ['a wrong value', {}, { mostItems: -1 }, /mostItems: got "?-1"?, expected a whole number/],
    ['an unknown view', { view: 'x' }, {}, /view/],
    ['a wrong parameter', 'limit=x', {}, /limit/],
  ])('refuses %s, and closes the source', async (_, request, options, message) => {
    let closed = 0;
    const source = defineSource({ items: () => items, close: () => void closed++ });
    await expect(inspectColumns(source, request, options)).rejects.toThrow(message);
    expect(closed).toBe(1);
  });
});
