import { expect, it } from 'vitest';
import { compile, type Item, parseQuery, wholeRecords } from '../index.js';

it.each([
  { query: 'omit=a', items: [{ a: 1, b: 2 }, { a: 3 }, {}], expected: [{ b: 2 }, {}, {}], missing: [] },
  { query: 'omit=a,z&skipEmpty=1', items: [{ a: 1, b: 2 }, { a: 3 }, {}], expected: [{ b: 2 }], missing: ['z'] },
  { query: 'clean=1', items: [{ '#a': 1, b: 2 }, { '#b': 3 }], expected: [{ b: 2 }], missing: [] },
  {
    query: 'omit=a.b',
    items: [{ a: { b: 1, c: 2 } }, { 'a.b': 3, a: { b: 4 } }],
    expected: [{ a: { c: 2 } }, { a: { b: 4 } }],
    missing: [],
  },
  { query: 'omit=a,a.b,a.z&skipEmpty=1', items: [{ a: { b: 1 } }], expected: [], missing: ['a.z'] },
  {
    query: 'omit=1,__proto__',
    items: [JSON.parse('{"b":1,"1":2,"__proto__":3,"0":4}')],
    expected: [{ 0: 4, b: 1 }],
    missing: [],
  },
  { query: 'omit=toString,a', items: [{ a: { toString: 1 } }], expected: [{}], missing: ['toString'] },
])('what omit and skipHidden leave: $query', async ({ query, items, expected, missing }) => {
  const records = compile(parseQuery(new URLSearchParams(query))).records(oneBatch(items as unknown as Item[]));
  expect(records.kind).toBe('filtered');
  const made: Item[] = [];
  for await (const batch of wholeRecords(records)) made.push(...batch);
  expect(made.map((record) => JSON.stringify(record))).toEqual(expected.map((record) => JSON.stringify(record)));
  expect(records.neverFound()).toEqual(missing.map((name) => ({ parameter: 'omit', name })));
});

async function* oneBatch(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield items;
}
