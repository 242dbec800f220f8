import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { Item } from './item.js';
import { parseQuery } from './query.js';
import { type Records, wholeRecords } from './records.js';

interface Row {
  readonly why: string;
  readonly query: string;
  readonly items: readonly Item[];
  readonly expected: readonly Item[];
}

/** Cases of docs/semantics.md#unwind, #flatten and #fields that the rows of test/fixtures/cases.json do not cover. */
const rows: Row[] = [
  {
    why: 'what a later flatten puts in the place of a contributed field counts as contributed',
    query: 'unwind=v&flatten=o&fields=v',
    items: [{ p: 1, v: { o: { x: 1 }, k: 2 } }],
    expected: [{ 'o.x': 1, k: 2 }],
  },
  {
    why: 'so does what a later unwind puts there',
    query: 'unwind=a,b&fields=a',
    items: [{ a: { b: [{ x: 1 }, { x: 2 }], k: 2 } }],
    expected: [
      { x: 1, k: 2 },
      { x: 2, k: 2 },
    ],
  },
  {
    why: 'a scalar that a later unwind leaves under a contributed name is still contributed',
    query: 'unwind=a,b&fields=a',
    items: [{ p: 0, a: { b: ['s'] } }],
    expected: [{ b: 's' }],
  },
  {
    why: 'a field that two unwound names gave belongs to both, with its final value',
    query: 'unwind=a,b&fields=b,a',
    items: [{ a: { x: 1, y: 2 }, b: { x: 3 } }],
    expected: [{ x: 3, y: 2 }],
  },
  {
    why: 'a field selected twice stands once, in its first place',
    query: 'unwind=r&fields=x,id,r',
    items: [{ id: 7, r: { y: 2, x: 1 } }],
    expected: [{ x: 1, id: 7, y: 2 }],
  },
  {
    why: 'an unwound name in omit drops nothing: its field is gone',
    query: 'unwind=v&fields=v&omit=v',
    items: [{ v: { x: 1 } }],
    expected: [{ x: 1 }],
  },
  {
    why: 'omit and skipHidden drop contributed fields by their own names',
    query: 'unwind=v&fields=v&omit=x&skipHidden=1',
    items: [{ v: { x: 1, '#y': 2, z: 3 } }],
    expected: [{ z: 3 }],
  },
  {
    why: 'where a new name meets a contributed one, the later wins, in the first place',
    query: 'unwind=r&fields=id,k,r&outputFields=x,K,R',
    items: [{ id: 1, k: 0, r: { x: 2 } }],
    expected: [{ x: 2, K: 0 }],
  },
  {
    why: 'an element field of the unwound name is the field itself',
    query: 'unwind=r&fields=r',
    items: [{ r: [{ r: 'inner', x: 2 }] }],
    expected: [{ r: 'inner' }],
  },
  {
    why: 'only a name unwound at the top level selects what it contributed',
    query: 'unwind=a.b&fields=a.b,a',
    items: [{ a: { b: { x: 1 } } }],
    expected: [{ a: { x: 1 } }],
  },
  {
    why: 'a tracked name that is not there selects nothing',
    query: 'unwind=r&fields=r,id',
    items: [{ id: 1 }, { id: 2, r: null }, { id: 3, r: [] }],
    expected: [{ id: 1 }, { r: null, id: 2 }],
  },
  {
    why: 'unwinding __proto__ merges own properties',
    query: 'unwind=__proto__',
    items: [JSON.parse('{"a":1,"__proto__":[{"x":1},5]}')],
    expected: [{ a: 1, x: 1 }, JSON.parse('{"a":1,"__proto__":5}')],
  },
  {
    why: 'omit reaches into what unwind merged',
    query: 'unwind=r&omit=o.x',
    items: [{ r: [{ o: { x: 1, y: 2 } }] }],
    expected: [{ o: { y: 2 } }],
  },
  {
    why: 'omit of a dotted name reaches into a field that fields keeps',
    query: 'fields=a,b&omit=a.x',
    items: [{ a: { x: 1, y: 2 }, b: 1, c: 1 }],
    expected: [{ a: { y: 2 }, b: 1 }],
  },
  {
    why: 'a name that only inherited properties have is missing',
    query: 'unwind=toString&flatten=constructor&omit=valueOf.length',
    items: [{ a: 1 }],
    expected: [{ a: 1 }],
  },
  {
    why: 'simplified keeps its own half where the other is given',
    query: 'simplified=1&unwind=links',
    items: [{ url: 'u', links: [{ pageFunctionResult: 1 }], pageFunctionResult: { t: 1 } }],
    expected: [{ url: 'u', pageFunctionResult: 1 }],
  },
];

describe('compile', () => {
  it.each(rows)('$why ($query)', ({ query, items, expected }) => {
    const { transform } = compile(parseQuery(new URLSearchParams(query)));
    const records = [...transform(items)];
    expect(records.map((record) => JSON.stringify(record))).toEqual(expected.map((record) => JSON.stringify(record)));
  });

  it('unwinds millions of records one at a time', () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({ n }));
    const records = compile({ unwind: ['a', 'b', 'c'] }).transform([{ a: many, b: many.map(({ n }) => ({ m: n })), c: many }]);
    let seen = 0;
    for (const record of records) {
      expect(record).toEqual({ n: seen, m: 0 });
      if (++seen === 5) break;
    }
    expect(seen).toBe(5);
  });

  it.each([
    { why: 'null is a value', query: 'unwind=r&flatten=a&fields=a.x', items: [{ a: null, r: [{ y: 1 }] }], missing: ['a.x'] },
    {
      why: 'a null of the element is found',
      query: 'unwind=r&flatten=a&fields=z',
      items: [{ r: [{ a: null }] }],
      missing: ['z'],
    },
    {
      why: 'a null of the element hides the object of its parent',
      query: 'unwind=r&fields=a.x',
      items: [{ a: { x: 1 }, r: [{ a: null }] }],
      missing: ['a.x'],
    },
  ])('tells of names never found: $why ($query)', async ({ query, items, missing }) => {
    const records = compile(parseQuery(new URLSearchParams(query))).records(oneBatch(items));
    expect(await batchesOf(records)).toHaveLength(1);
    expect(records.neverFound()).toEqual(missing.map((name) => ({ parameter: 'fields', name })));
  });

  it('reports the listed names that no record had', async () => {
    const records = compile({ unwind: ['r', 'zz'], fields: ['a', 'r.x'], omit: ['b', 'c.d', 'a.z'] }).records(
      oneBatch([{ a: 1, b: 2, c: {}, r: [{ x: 1 }] }]),
    );
    expect(await batchesOf(records)).toEqual([[{ a: 1 }]]);
    expect(records.neverFound()).toEqual([
      { parameter: 'unwind', name: 'zz' },
      { parameter: 'omit', name: 'a.z' },
      { parameter: 'fields', name: 'r.x' },
    ]);
  });

  it.each(['unwind=r', 'unwind=r&fields=n', 'unwind=r&fields=n&omit=x.y'])(
    'every element of a large array, in batches (%s)',
    async (query) => {
      const r = Array.from({ length: 1500 }, (_, n) => ({ n }));
      const batches = await batchesOf(compile(parseQuery(new URLSearchParams(query))).records(oneBatch([{ r }, { r }])));
      expect(batches.length).toBeGreaterThan(5);
      expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(512);
      expect(batches.flat()).toEqual([...r, ...r]);
    },
  );

  it.each([
    { query: 'flatten=a&fields=a.b', item: { a: { b: 1 }, 'a.b': 2 }, record: { 'a.b': 2 } },
    { query: 'flatten=a&fields=a.b', item: { 'a.b': 2, a: { b: 1 } }, record: { 'a.b': 1 } },
    { query: 'fields=a&omit=a.b', item: { 'a.b': 1, a: { b: 2 } }, record: { a: {} } },
  ])('where names meet, the steps decide: $query over $item', async ({ query, item, record }) => {
    const records = compile(parseQuery(new URLSearchParams(query))).records(oneBatch([item as unknown as Item]));
    expect(await batchesOf(records)).toEqual([[record]]);
  });

  it.each([
    {
      why: "an element without a field has its parent's, not that of the element before",
      query: 'unwind=r&fields=x,y',
      items: [{ y: 9, r: [{ x: 1, y: 2 }, { x: 3 }, {}, { y: null }] }],
      expected: [{ x: 1, y: 2 }, { x: 3, y: 9 }, { y: 9 }, { y: null }],
    },
    {
      why: 'nor its leaves',
      query: 'unwind=r&flatten=o&fields=o.a,o.b,id',
      items: [{ id: 1, o: { a: 0 }, r: [{ o: { a: 1, b: 2 } }, { o: { b: 3 } }, {}, { id: 2 }] }],
      expected: [
        { 'o.a': 1, 'o.b': 2, id: 1 },
        { 'o.b': 3, id: 1 },
        { 'o.a': 0, id: 1 },
        { 'o.a': 0, id: 2 },
      ],
    },
  ])('listed values of elements: $why ($query)', async ({ query, items, expected }) => {
    const records = compile(parseQuery(new URLSearchParams(query))).records(oneBatch(items as unknown as Item[]));
    expect(records.kind).toBe('listed');
    expect(await batchesOf(records)).toEqual([expected]);
  });

  it.each(['fields=inherited,x', 'unwind=r&fields=inherited,x', 'flatten=o&fields=o.inherited,o.x', 'omit=q', 'unwind=r'])(
    'what all objects inherit is no field (%s)',
    async (query) => {
      Object.defineProperty(Object.prototype, 'inherited', { value: 1, enumerable: true, configurable: true, writable: true });
      try {
        const items = [{ x: 1, o: { x: 2 }, r: [{ x: 3 }] }];
        const [records = []] = await batchesOf(compile(parseQuery(new URLSearchParams(query))).records(oneBatch(items)));
        expect(records).toHaveLength(1);
        for (const record of records) expect(Object.keys(record).filter((name) => name.includes('inherited'))).toEqual([]);
      } finally {
        Reflect.deleteProperty(Object.prototype, 'inherited');
      }
    },
  );

  it('an unwound object is not reported as the holder of a name', async () => {
    const records = compile({ unwind: ['r'], fields: ['r.x'] }).records(oneBatch([{ r: { y: 1 } }]));
    expect(await batchesOf(records)).toEqual([[{}]]);
    expect(records.neverFound()).toEqual([{ parameter: 'fields', name: 'r.x' }]);
  });

  it('long work without a record gives turns', async () => {
    let pauses = 0;
    const pause = () => void pauses++;
    const none = { a: Array.from({ length: 100 }, () => ({ b: [] })) };
    for (const query of [{ unwind: ['a', 'b'] }, { unwind: ['a'], fields: ['x'], skipEmpty: true }]) {
      pauses = 0;
      expect(await batchesOf(compile(query).records(oneBatch([none]), { batchSize: 10, pause }))).toEqual([]);
      expect(pauses).toBeGreaterThanOrEqual(10);
    }
  });

  it('very many names need no deep stack and no quadratic time', () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `f${n}`);
    for (const query of [
      { unwind: names },
      { flatten: names },
      { fields: names },
      { fields: names, omit: names },
      { fields: names, unwind: names },
    ]) {
      const before = process.cpuUsage();
      const made = [...compile(query).transform([{ f5: 1, g: 2 }])];
      expect(made).toHaveLength(1);
      // Of the processor, in microseconds: a machine that is busy elsewhere changes nothing.
      expect(process.cpuUsage(before).user).toBeLessThan(20e6);
    }
  });
});

async function* oneBatch(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield items;
}

async function batchesOf(records: Records): Promise<(readonly Item[])[]> {
  const batches: (readonly Item[])[] = [];
  for await (const batch of wholeRecords(records)) batches.push(batch);
  return batches;
}

it.each([
  ['', true],
  ['fields=a,b&flatten=a&omit=c&outputFields=x,y&skipHidden=1', true],
  ['unwind=a', false],
  ['simplified=1', false],
  ['skipEmpty=1', false],
  ['clean=1', false],
  ['skipFailedPages=1', false],
])('every item gives exactly one record: %s', (query, isOneToOne) => {
  expect(compile(parseQuery(new URLSearchParams(query))).isOneToOne).toBe(isOneToOne);
});
