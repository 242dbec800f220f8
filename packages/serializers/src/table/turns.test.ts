import {
  type Columns,
  foundColumns,
  type Item,
  type Json,
  type Records,
  unlisted,
  type Values,
} from '@dataset-items/query-pipeline';
import { describe, expect, test } from 'vitest';
import { formats } from '../formats/index.js';
import { replacementTally } from '../replacements.js';
import { collectRows } from './collect-rows.js';
import { leafReader } from './leaves.js';
import { tabulate } from './tabulate.js';

const numbers = (length: number): Json[] => Array.from({ length }, (_, n) => n);
const named = (length: number, of: Json = 1): Item => Object.fromEntries(Array.from({ length }, (_, n) => [`n${n}`, of]));

const records: Record<string, readonly Item[]> = {
  'one item of 40,000 numbers': [{ a: numbers(40_000) }],
  'one item of 30,000 names': [named(30_000)],
  'one item of objects of arrays': [{ a: Array.from({ length: 600 }, () => ({ b: numbers(50), c: { d: numbers(50) } })) }],
  'one item of empty arrays': [{ a: Array.from({ length: 40_000 }, () => []) }],
  'one item of 5,000 arrays that are empty, and one of many': [{ ...named(5000, []), z: numbers(20_000) }],
  '60,000 names in 30 items': Array.from({ length: 30 }, (_, item) =>
    Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`${item}_${n}`, n])),
  ),
  'a batch of 60 items of 1,000 cells': Array.from({ length: 60 }, () => named(1000)),
  'a batch of 60 items of 1,000 nulls': Array.from({ length: 60 }, () => named(1000, null)),
};

async function* once<T>(batch: T): AsyncGenerator<T> {
  yield batch;
}

const neverFound = () => [];
const whole = (items: readonly Item[]): Records => ({ kind: 'whole', layout: unlisted, neverFound, batches: once(items) });
const listed = (items: readonly Item[]): Records => {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))].slice(0, 5000);
  return {
    kind: 'listed',
    names,
    layout: unlisted,
    neverFound,
    batches: once(items.map((item): Values => names.map((name) => item[name]))),
  };
};

/** The largest numbers of values read and of cells written between two pauses. */
async function between(kind: (items: readonly Item[]) => Records, items: readonly Item[], format: 'csv' | 'html' | 'xlsx') {
  const most = { names: 0, cells: 0 };
  let [names, cells] = [0, 0];
  const found = foundColumns(unlisted, {});
  const idOf: Columns['idOf'] = (name, field) => {
    most.names = Math.max(most.names, ++names);
    return found.idOf(name, field);
  };
  const columns: Columns = { ...found, idOf };
  const write = formats[format].cellWriter({}, replacementTally());
  const counting = Object.assign((...given: Parameters<typeof write>) => {
    most.cells = Math.max(most.cells, ++cells);
    write(...given);
  }, write);
  const pause = (): undefined => {
    [names, cells] = [0, 0];
    return undefined;
  };
  let bytes = 0;
  for await (const block of collectRows(kind(items), columns, counting, pause).blocks) bytes += block.bytes.length;
  return { ...most, bytes };
}

const cases = Object.keys(records).flatMap((name) =>
  (['csv', 'html', 'xlsx'] as const).flatMap((format) =>
    (['whole', 'listed'] as const).map((kind) => [name, format, kind] as const),
  ),
);

describe('between two pauses of a table', () => {
  test.each(cases)('%s as %s, %s: a limited number of values and cells', async (name, format, kind) => {
    const { names, cells } = await between(kind === 'whole' ? whole : listed, records[name] as readonly Item[], format);
    expect(names).toBeLessThan(16_384 + 5000);
    expect(cells).toBeLessThan(16_384 + 5000);
  });

  test.each(Object.keys(records))('%s: the same bytes as without', async (name) => {
    const bytesOf = async (pause: (() => Promise<void>) | undefined): Promise<string> => {
      const facts = { id: 'a', name: 'a', modifiedAt: undefined };
      const table = await tabulate(whole(records[name] as readonly Item[]), formats.csv.cellWriter({}, replacementTally()), {
        pause,
        withoutColumns: 'write',
      });
      let text = '';
      for await (const chunk of formats.csv.serializer({}, facts, replacementTally())(table))
        text += Buffer.from(chunk).toString('latin1');
      return text;
    };
    expect(await bytesOf(async () => {})).toBe(await bytesOf(undefined));
  });

  test('a large record that is read in parts gives the same as one that is read at once', () => {
    const item: Item = { a: numbers(10_000), b: { c: [true, null, 'x'] }, d: [[[1]], {}, []] };
    const reader = leafReader(foundColumns(unlisted, { maxColumns: 1e6 }));
    const parts = reader.read(item);
    expect(parts).toBeDefined();
    for (const _ of parts ?? []);
    expect(reader.values.slice(0, reader.count)).toEqual([...numbers(10_000), true, null, 'x', 1]);
    expect(reader.read({ a: [1] })).toBeUndefined();
    expect(reader.values.slice(0, reader.count)).toEqual([1]);
  });
});
