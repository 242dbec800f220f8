import { expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { Item, Json } from '../item.js';
import { type Holder, type NeverFound, neverFoundInAll, watchNames } from './never-found.js';

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

const missing = (name: string, kind?: Holder['kind'], parameter = 'fields'): NeverFound => ({
  ...{ parameter, name },
  ...(kind !== undefined && { holder: { name: 'a', kind } }),
});
it.each<[string, NeverFound[][], NeverFound[]]>([
  ['no walk', [], []],
  ['one walk', [[missing('a.x', 'array')]], [missing('a.x', 'array')]],
  ['a name that no walk found', [[missing('x'), missing('y')], [missing('y')]], [missing('y')]],
  ['a name that the first walk found', [[], [missing('x')]], []],
  ['a name that the last of three found', [[missing('x')], [missing('x')], []], []],
  ['the same name in another parameter', [[missing('x'), missing('x', undefined, 'omit')], [missing('x')]], [missing('x')]],
  ['the parent that a later walk had', [[missing('a.x')], [missing('a.x', 'object')]], [missing('a.x', 'object')]],
  ['the parents of two walks', [[missing('a.x', 'array')], [missing('a.x', 'object')]], [missing('a.x', 'array')]],
])('names that none of several walks found: %s', (_, walks, expected) => {
  expect(neverFoundInAll(walks)).toEqual(expected);
});

it('a name of a parameter is watched once', () => {
  const watches = watchNames();
  const watch = watches.of('fields', 'a');
  expect(watches.of('fields', 'a')).toBe(watch);
  watch.found = true;
  watches.of('fields', 'b');
  watches.of('omit', 'a');
  expect(watches.neverFound()).toEqual([
    { parameter: 'fields', name: 'b' },
    { parameter: 'omit', name: 'a' },
  ]);
});
