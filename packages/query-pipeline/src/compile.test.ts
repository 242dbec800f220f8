import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { Item } from './item.js';
import { parseQuery } from './query.js';

interface Row {
  readonly why: string;
  readonly query: string;
  readonly items: readonly Item[];
  readonly expected: readonly Item[];
}

/** What the conformance rows leave open; SEMANTICS sections 3 to 5. */
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

  it('tells which listed names no record had', () => {
    const { transform, neverFound } = compile({ unwind: ['r', 'zz'], fields: ['a', 'r.x'], omit: ['b', 'c.d', 'a.z'] });
    expect([...transform([{ a: 1, b: 2, c: {}, r: [{ x: 1 }] }])]).toEqual([{ a: 1 }]);
    expect(neverFound()).toEqual([
      { parameter: 'unwind', name: 'zz' },
      { parameter: 'omit', name: 'a.z' },
      { parameter: 'fields', name: 'r.x' },
    ]);
  });
});
