import {
  type ColumnLimits,
  type ColumnReport,
  type Columns,
  foundColumns,
  type Item,
  type Records,
  type Scalar,
  unlisted,
} from '@dataset-items/query-pipeline';
import { leafReader, type Parts, readWith } from './leaves.js';
import { type Pause, pauseEvery, VALUES } from './pause-every.js';

export interface ColumnSurvey {
  add(record: Item): void;
  /** The columns that a table of the added records would have. `written` is their number. */
  read(): ColumnReport;
}

/** Counts the columns of records without making rows of them. */
export function surveyColumns(limits: ColumnLimits = {}): ColumnSurvey {
  const columns = foundColumns(unlisted, limits);
  const leaves = leafReader(columns);
  return {
    add: (record) => {
      for (const _ of leaves.read(record) ?? []);
    },
    read: () => {
      columns.finish();
      return columns.report();
    },
  };
}

/** Takes one cell of a row. @param column its id in the columns of the table */
export type TakeCell = (column: number, value: Scalar) => void;

/**
 * Hands over the cells of the rows that a table of records has, without writing them: of each row one cell per column, in no certain order.
 * @returns the number of rows
 */
export function surveyCells(records: Records, columns: Columns, take: TakeCell, pause?: Pause): Promise<number> {
  const leaves = leafReader(columns);
  /** By column: the last row that had a cell in it. */
  const lastRows: number[] = [];
  return readWith(leaves, records, async (batches, read: (record: never) => Parts | undefined) => {
    const countValues = pauseEvery(VALUES, pause);
    let rows = 0;
    for await (const batch of batches) {
      for (const record of batch) {
        const parts = read(record as never);
        if (parts !== undefined) for (const _ of parts) await pause?.();
        rows++;
        // If two values have the same column, the later one is its cell.
        for (let leaf = leaves.count - 1; leaf >= 0; leaf--) {
          const column = leaves.columns[leaf] as number;
          if (lastRows[column] === rows) continue;
          lastRows[column] = rows;
          take(column, leaves.values[leaf] as Scalar);
        }
        await countValues(leaves.seen);
      }
    }
    return rows;
  });
}
