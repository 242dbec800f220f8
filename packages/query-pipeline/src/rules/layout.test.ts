import { describe, expect, it } from 'vitest';
import { layoutOf, unlisted } from './layout.js';
import type { Selection } from './selection.js';

const selection = (source: string, more: Partial<Selection> = {}): Selection => ({
  source,
  target: source,
  dropped: false,
  unwound: false,
  ...more,
});

/** `learned`: the contributed fields, in the order of the records. */
const rows: {
  why: string;
  selections: Selection[];
  learned?: [field: string, place: number][];
  places: Record<string, [place: number, earliest: number]>;
}[] = [
  {
    why: 'a listed name stands where it is listed',
    selections: [selection('a'), selection('b')],
    places: { a: [0, 0], b: [1, 1] },
  },
  {
    why: 'a new name takes the place of its field',
    selections: [selection('a', { target: 'A' }), selection('b', { target: 'a' })],
    places: { A: [0, 0], a: [1, 1] },
  },
  {
    why: 'a dropped name has no place of its own, and keeps that of others',
    selections: [selection('a', { dropped: true }), selection('b')],
    places: { b: [1, 1], a: [2, 2] },
  },
  {
    why: 'a field that is not known stands last; it may yet be contributed',
    selections: [selection('a'), selection('r', { unwound: true }), selection('b')],
    places: { a: [0, 0], b: [2, 1], x: [3, 1] },
  },
  {
    why: 'of several unwound names the first says what is the earliest',
    selections: [selection('q', { unwound: true }), selection('r', { unwound: true })],
    places: { r: [1, 0], x: [2, 0] },
  },
  {
    why: 'a field that was contributed at two places takes the first, whichever record came first',
    selections: [selection('a'), selection('q', { unwound: true }), selection('r', { unwound: true })],
    learned: [
      ['x', 2],
      ['x', 1],
      ['y', 1],
      ['y', 2],
      ['a', 2],
    ],
    places: { x: [1, 1], y: [1, 1], a: [0, 0] },
  },
];

describe('the layout of a table', () => {
  it.each(rows)('$why', ({ selections, learned = [], places }) => {
    const layout = layoutOf(selections);
    for (const [field, place] of learned) layout.learn(field, place);
    const found = Object.keys(places).map((field) => [field, [layout.place(field), layout.earliest(field)]]);
    expect(Object.fromEntries(found)).toEqual(places);
    expect(layout.listed).toEqual(selections.map(({ target, dropped }) => (dropped ? undefined : target)));
  });

  it('without fields, all columns have the same place', () => {
    expect([unlisted.place('a'), unlisted.earliest('a')]).toEqual([0, 0]);
  });
});
