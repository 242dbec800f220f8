import type { Item, Values } from '@dataset-items/query-pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedColumns } from './columns.js';
import { type Row, rowReader } from './row-reader.js';

const names = ['b', 'a', 'a/0', '1', 'c'];

/** Each column's value, as a reader says it. */
function cellsOf({ values, order, columns }: Row): (readonly [string | undefined, unknown])[] {
  return Array.from(order, (place, cell) => [names[columns[cell] as number], values[place]] as const);
}

const scalars: readonly unknown[] = ['text', 0, null, false, Number.NaN];
const values: readonly unknown[] = [...scalars, undefined, [1], {}, { x: 1 }];
const fields = ['a', 'b', 'c', '1', 'a/0', 'other', '__proto__'];
const record = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...values)), { selector: ([field]) => field, maxLength: 5 })
  .map((given) => Object.fromEntries(given) as Item);
/** Records of which most are like the one before. */
const runs = fc
  .array(fc.tuple(record, fc.integer({ min: 1, max: 4 })), { maxLength: 6 })
  .map((runs) => runs.flatMap(([record, count]) => Array<Item>(count).fill(record)));

describe('a reader that has read other records reads the next as a new one does', () => {
  it('records', () => {
    fc.assert(
      fc.property(runs, (records) => {
        const used = rowReader(fixedColumns(names));
        for (const record of records) {
          const fresh = rowReader(fixedColumns(names));
          used.read(record);
          fresh.read(record);
          expect(cellsOf(used.row)).toEqual(cellsOf(fresh.row));
        }
      }),
    );
  });

  it('values of named fields, of which one is named twice', () => {
    const listed = ['c', '1', 'a', 'c', 'other', 'b'];
    fc.assert(
      fc.property(runs, (records) => {
        const used = rowReader(fixedColumns(names));
        const read = used.reader(listed);
        for (const record of records) {
          const fresh = rowReader(fixedColumns(names));
          const given = listed.map((name) => record[name]) as Values;
          read(given);
          fresh.reader(listed)(given);
          expect(cellsOf(used.row)).toEqual(cellsOf(fresh.row));
        }
      }),
    );
  });
});
