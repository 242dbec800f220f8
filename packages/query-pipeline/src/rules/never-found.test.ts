import { expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { Item, Json } from '../item.js';

const rows: { why: string; fields: string[]; items: Item[]; holder?: Json }[] = [
  { why: 'the name has no dot', fields: ['a'], items: [{ b: 1 }] },
  { why: 'nothing is above it', fields: ['a.x'], items: [{ b: 1 }] },
  { why: 'a scalar is above it', fields: ['a.x'], items: [{ a: 1 }, { a: null }] },
  { why: 'an object', fields: ['a.x'], items: [{ a: 1 }, { a: { x: 1 } }], holder: { name: 'a', kind: 'object' } },
  { why: 'an array', fields: ['a.0'], items: [{ a: [1] }], holder: { name: 'a', kind: 'array' } },
  { why: 'the first of two', fields: ['a.0'], items: [{ a: [1] }, { a: {} }], holder: { name: 'a', kind: 'array' } },
];

it.each(rows)('a name that no record had, and its parent: $why', async ({ fields, items, holder }) => {
  // Once with the shortcut, and once with the steps, because the shortcut does not support names with dots in other parameters.
  for (const more of [{}, { omit: ['q.r'] }]) {
    const records = compile({ fields, ...more }).records(oneBatch(items));
    for await (const batch of records.batches) expect(batch.length).toBe(items.length);
    const [found] = records.neverFound().filter(({ parameter }) => parameter === 'fields');
    expect(found).toEqual({ parameter: 'fields', name: fields[0], ...(holder !== undefined && { holder }) });
  }
});

async function* oneBatch(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield items;
}
