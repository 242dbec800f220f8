import type { ByteWriter } from '../bytes.js';
import { inlineShape, type RowBlock, type Shape, type Table } from './table.js';

export interface RowForm {
  startRow?: (writer: ByteWriter) => void;
  /** What stands for a cell that the row does not have. */
  gap: Uint8Array;
  endRow: (writer: ByteWriter) => void;
}

/** Writes blocks of rows in column order: cells that stand together in the block are copied together. */
export function rowRenderer(table: Table, { startRow, gap, endRow }: RowForm) {
  const gaps = Buffer.alloc(gap.length * table.columns.length, gap);
  const walk = rowWalker(table, planRuns);

  return function* (block: RowBlock, writer: ByteWriter): Generator<Uint8Array> {
    const { bytes, ends } = block;
    const rows = walk(block);
    while (rows.advance()) {
      startRow?.(writer);
      for (const { missing, from, to } of rows.plan) {
        if (missing > 0) writer.copy(gaps, 0, missing * gap.length);
        const start = rows.firstCell + from;
        if (to > from) writer.copy(bytes, start === 0 ? 0 : ends[start - 1], ends[rows.firstCell + to - 1]);
      }
      endRow(writer);
      if (writer.full) yield writer.take();
    }
  };
}

/** The rows of a block, one after the other. */
export interface RowCursor<P> {
  /** Goes to the next row, the first at first; false: there is none. */
  advance(): boolean;
  /** How rows of this shape are written. */
  plan: P;
  /** Of the row, among the cells of the block. */
  firstCell: number;
}

/** @param planOf made once for each shape, out of the column ids of its cells */
export function rowWalker<P>(table: Table, planOf: (columns: ArrayLike<number>, table: Table) => P) {
  const plans: P[] = [];
  return ({ shapes, inline }: RowBlock): RowCursor<P> => {
    let row = 0;
    let nextInline = 0;
    let nextCell = 0;
    const cursor: RowCursor<P> = {
      advance: () => {
        if (row === shapes.length) return false;
        const number = shapes[row++] as number;
        let columns: ArrayLike<number>;
        if (number === inlineShape) {
          const start = nextInline + 1;
          nextInline = start + (inline[nextInline] as number);
          columns = inline.subarray(start, nextInline);
          cursor.plan = planOf(columns, table);
        } else {
          columns = (table.shapes[number] as Shape).columns;
          plans[number] ??= planOf(columns, table);
          cursor.plan = plans[number];
        }
        cursor.firstCell = nextCell;
        nextCell += columns.length;
        return true;
      },
      plan: planOf([], table),
      firstCell: 0,
    };
    return cursor;
  };
}

/** So many columns without a cell, then the row's cells `from` to `to`. */
interface Run {
  readonly missing: number;
  readonly from: number;
  readonly to: number;
}

function planRuns(columns: ArrayLike<number>, table: Table): Run[] {
  const cells = placedCells(columns, table);
  const runs: Run[] = [];
  let column = 0;
  for (let index = 0; index < cells.length; ) {
    const first = cells[index] as PlacedCell;
    let length = 1;
    while (cells[index + length]?.cell === first.cell + length && cells[index + length]?.position === first.position + length)
      length++;
    runs.push({ missing: first.position - column, from: first.cell, to: first.cell + length });
    column = first.position + length;
    index += length;
  }
  if (column < table.columns.length) runs.push({ missing: table.columns.length - column, from: 0, to: 0 });
  return runs;
}

/** A cell of a row, and the index of its column in the table. */
export interface PlacedCell {
  readonly cell: number;
  readonly position: number;
}

/** The cells of a row that the table keeps, in the order of its columns. */
export function placedCells(columns: ArrayLike<number>, { positions }: Table): PlacedCell[] {
  return Array.from(columns, (column, cell) => ({ cell, position: positions[column] as number }))
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
}
