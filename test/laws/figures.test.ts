import { type ColumnFigures, type Item, inspectColumns, type Json, recordsOf } from 'dataset-items';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leavesOf } from '../expected-cells.js';
import { exportText } from '../export-text.js';
import { readCsv } from '../read-csv.js';
import { asked, window } from './arbitraries.js';

/** Figures of a column as anyone would compute them, who has all records in memory. */
function simpleFigures(name: string, rows: readonly Map<string, Json>[]): Partial<ColumnFigures> & { readonly cells: number } {
  const cells = rows.flatMap((row) => (row.has(name) ? [row.get(name) as Json] : []));
  const filled = cells.filter((cell) => cell !== null && cell !== '');
  const counts = new Map<Json, number>();
  for (const cell of filled) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const frequent = [...counts.entries()].sort(([, a], [, b]) => b - a).slice(0, 10);
  return {
    cells: cells.length,
    filled: filled.length,
    distinct: { count: counts.size, estimated: false },
    frequent: frequent.map(([value, count]) => ({ value: value as string, count, atLeast: false })),
  };
}

const total = (counts: readonly number[] = []): number => counts.reduce((sum, count) => sum + count, 0);

it('figures of columns are those of a simple computation over the records, and the columns are those of a CSV', async () => {
  await fc.assert(
    fc.asyncProperty(asked, window, async ({ stored, request: given, views }, range) => {
      const request = { ...given, ...range };
      const records: Item[] = [];
      for await (const record of recordsOf(stored, request, { views })) records.push(record);
      const rows = records.map(leavesOf);
      const { columns, rows: count, report, all } = await inspectColumns(stored, request, { views, batchSize: 3 });
      expect([count, all, report.written]).toEqual([records.length, true, columns.length]);
      const [header = []] = await readCsv(await exportText(stored, { ...request, format: 'csv', bom: false }, { views }));
      const names = columns.map(({ name }) => name);
      expect(names.map((name) => Buffer.from(name).toString())).toEqual(header);
      for (const column of columns) {
        const { cells, ...expected } = simpleFigures(column.name, rows);
        expect(column).toMatchObject(expected);
        expect(total(Object.values(column.kinds))).toBe(cells);
        const { number = 0, date = 0, text = 0, link = 0, image = 0 } = column.kinds;
        expect([column.numbers, column.dates, column.lengths].map((made) => total(made?.counts))).toEqual([
          number,
          date,
          text + date + link + image,
        ]);
      }
    }),
  );
});
