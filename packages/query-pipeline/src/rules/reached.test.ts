import { expect, it } from 'vitest';
import type { PlainQuery } from '../expand.js';
import { omissionOf } from './omission.js';
import { reachedAt, reachedBy } from './reached.js';

const rows: { why: string; query: PlainQuery; reached: Record<string, 'odd' | 'left out'> }[] = [
  { why: 'names without a dot reach into nothing', query: { unwind: ['a'], flatten: ['b'], omit: ['c'] }, reached: {} },
  {
    why: 'unwind and flatten: only the steps know',
    query: { unwind: ['a.b'], flatten: ['c.d'] },
    reached: { 'a.b': 'odd', 'c.d': 'odd' },
  },
  { why: 'omit leaves out', query: { omit: ['a.b'] }, reached: { 'a.b': 'left out' } },
  { why: 'two fields of one object', query: { omit: ['a.b', 'a.c'] }, reached: { 'a.b': 'left out', 'a.c': 'left out' } },
  { why: 'a longer name elsewhere', query: { omit: ['a.b', 'c.d.e'] }, reached: { 'a.b': 'left out', 'c.d.e': 'left out' } },
  {
    why: 'a name, and another one inside its field',
    query: { omit: ['a.b', 'a.b.c'] },
    reached: { 'a.b': 'odd', 'a.b.c': 'left out' },
  },
];

it.each(rows)('$why', ({ query, reached }) => {
  const found = reachedBy(query, omissionOf(query));
  expect(Object.fromEntries(found.map(({ name, what }) => [name, what]))).toEqual(reached);
  for (const { name, path } of found) expect(path.join('.')).toBe(name);
});

it('what reaches into the value of a key has the rest of its path', () => {
  const reached = reachedBy({}, omissionOf({ omit: ['a.b.c', 'b.c'] }));
  expect(reachedAt(reached, 'a')).toEqual([{ name: 'a.b.c', path: ['b', 'c'], what: 'left out' }]);
  expect(reachedAt(reachedAt(reached, 'b'), 'c')).toEqual([{ name: 'b.c', path: [], what: 'left out' }]);
  expect(reachedAt(reached, 'c')).toEqual([]);
});
