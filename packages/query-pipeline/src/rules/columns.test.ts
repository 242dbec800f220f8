import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnPath, comparePaths, fieldsOfColumn } from './column-order.js';
import { foundColumns } from './columns.js';
import { type Layout, layoutOf, unlisted } from './layout.js';

/** The columns of a record, with their fields. */
type Given = readonly (readonly [name: string, field: string])[];

interface Row {
  readonly why: string;
  readonly fields?: readonly string[];
  readonly given: Given;
  readonly maxColumns: number;
  readonly columns: readonly string[];
  readonly dropped: readonly string[];
}

const rows: Row[] = [
  {
    why: 'a column that is met again at an earlier place keeps its cells',
    fields: ['a', 'x', 'a/b'],
    given: [
      ['a/b', 'a/b'],
      ['x/1', 'x'],
      ['x/2', 'x'],
      ['x/3', 'x'],
      ['a/b', 'a'],
    ],
    maxColumns: 2,
    columns: ['a/b', 'x/1'],
    dropped: ['x/2', 'x/3'],
  },
  {
    why: 'the last column under the limit takes an earlier place: others are not dropped for it',
    fields: ['a', 'x', 'a/b', 'y'],
    given: [
      ['x/1', 'x'],
      ['a/b', 'a/b'],
      ['y/1', 'y'],
      ['y/2', 'y'],
      ['a/b', 'a'],
      ['x/2', 'x'],
    ],
    maxColumns: 2,
    columns: ['a/b', 'x/1'],
    dropped: ['x/2', 'y/1', 'y/2'],
  },
  {
    why: 'columns over the limit that can come no earlier are forgotten, and counted once',
    given: [
      ['c', 'c'],
      ['b', 'b'],
      ['a', 'a'],
      ['c', 'c'],
    ],
    maxColumns: 1,
    columns: ['a'],
    dropped: ['b', 'c'],
  },
  { why: 'no column at all', given: [['a', 'a']], maxColumns: 0, columns: [], dropped: ['a'] },
];

describe('columns within their limits', () => {
  it.each(rows)('$why', ({ fields, given, maxColumns, columns, dropped }) => {
    const layout = fields === undefined ? unlisted : layoutFor(fields);
    const found = foundColumns(layout, { maxColumns }, 0);
    const ids = new Map(given.map(([name, field]) => [found.idOf(name, field), name]));
    const { names, positions } = found.finish();
    expect(names).toEqual(columns);
    const { count, examples } = found.report().overLimit;
    expect([count, [...examples].sort()]).toEqual([dropped.length, dropped]);
    // Each id leads to the column of its name, whenever it was assigned.
    for (const [id, name] of ids)
      if (id >= 0) expect(names[positions[id] as number] ?? 'none').toBe(columns.includes(name) ? name : 'none');
  });

  it('compare as they will stand, those that were forgotten last', () => {
    const found = foundColumns(unlisted, { maxColumns: 1 }, 0);
    const [c, b, a] = ['c', 'b', 'a'].map((name) => found.idOf(name, name)) as [number, number, number];
    expect([found.compare(a, c), found.compare(c, a), found.compare(b, c)]).toEqual([-1, 1, 0]);
  });

  it('are the first in order, whenever columns were forgotten', () => {
    const segment = fc.constantFrom('a', 'b', 'x', '1', '02', '2', '10');
    const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const column = name.chain((full) => fc.constantFrom(...fieldsOfColumn(full)).map((field) => [full, field] as const));
    let listedAndDropped = 0;
    const numRuns = 20 * (fc.readConfigureGlobal().numRuns ?? 100);
    fc.assert(
      fc.property(
        fc.array(column, { maxLength: 60 }),
        fc.option(fc.array(fc.nat(59), { minLength: 1, maxLength: 9 }), { nil: undefined }),
        fc.integer({ min: 0, max: 6 }),
        (drawn, picks, maxColumns) => {
          // Fields that have columns, and one that has none.
          const fields = picks && [...new Set([...picks.map((pick) => drawn[pick]?.[1] ?? 'none')])];
          const layout = fields === undefined ? unlisted : layoutFor(fields);
          const given = fields === undefined ? drawn : drawn.filter(([, field]) => fields.includes(field));
          const found = foundColumns(layout, { maxColumns }, 0);
          const kept = given.map(([name, field]) => [name, found.idOf(name, field)] as const);
          const { names, positions } = found.finish();
          const wanted = inOrder(given, layout);
          if (fields !== undefined && wanted.length > maxColumns) listedAndDropped++;
          expect(names).toEqual(wanted.slice(0, maxColumns));
          expect(found.report().overLimit.count).toBe(Math.max(0, wanted.length - maxColumns));
          for (const [name, id] of kept) expect(names[positions[id] ?? -1]).toBe(names.includes(name) ? name : undefined);
        },
      ),
      { numRuns },
    );
    expect(listedAndDropped).toBeGreaterThan(numRuns / 10);
  });
});

function layoutFor(fields: readonly string[]): Layout {
  return layoutOf(fields.map((source) => ({ source, target: source, dropped: false, unwound: false })));
}

/** All columns in order, computed in a simple way, including those of listed names without values. */
function inOrder(given: Given, layout: Layout): string[] {
  const placesMet = new Set(given.map(([, field]) => layout.place(field)));
  const names = new Set(given.map(([name]) => name));
  const empty = (layout.listed ?? []).filter(
    (name, place): name is string => name !== undefined && !placesMet.has(place) && !names.has(name),
  );
  const fieldsOf = (name: string): string[] =>
    empty.includes(name) ? [name] : given.flatMap(([given, field]) => (given === name ? [field] : []));
  const placeOf = (name: string): number => Math.min(...fieldsOf(name).map((field) => layout.place(field)));
  return [...names, ...empty].sort((a, b) => placeOf(a) - placeOf(b) || comparePaths(columnPath(a), columnPath(b)));
}
