import type { ColumnSource } from 'hyparquet-writer';
import type { Row } from './kept-rows.js';
import type { ColumnType } from './types.js';

/** Largest size of the cells of a group, in bytes and approximately. The library keeps each cell in memory several times while writing. */
const MOST = 2 * 1024 * 1024;
/** Size of a cell without its text, in bytes. */
const CELL = 8;

/** The columns of a row group that is being filled. */
export interface Group {
  readonly rows: number;
  readonly columnData: ColumnSource[];
}

/** Turns rows into groups of columns. @param most largest number of rows in a group */
export async function* inGroups(
  batches: AsyncIterable<readonly Row[]>,
  names: readonly string[],
  types: readonly ColumnType[],
  most: number,
): AsyncGenerator<Group> {
  let columns: unknown[][] = types.map(() => []);
  let rows = 0;
  let size = 0;
  const take = (): Group => {
    const group = { rows, columnData: names.map((name, at) => ({ name, data: columns[at] ?? [] })) };
    columns = types.map(() => []);
    [rows, size] = [0, 0];
    return group;
  };
  for await (const batch of batches) {
    for (const row of batch) {
      if (rows === most || size >= MOST) yield take();
      for (const [at, { store }] of types.entries()) {
        const value = row[at] ?? null;
        columns[at]?.push(value === null ? null : store(value));
        size += CELL + (typeof value === 'string' ? value.length : 0);
      }
      rows++;
    }
  }
  if (rows > 0) yield take();
}
