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
  const plans: Run[][] = [];
  const planOf = (number: number): Run[] => {
    plans[number] ??= plan((table.shapes[number] as Shape).columns, table);
    return plans[number];
  };

  return function* (block: RowBlock, writer: ByteWriter): Generator<Uint8Array> {
    const { bytes, ends, shapes, inline } = block;
    let firstCell = 0;
    let nextInline = 0;
    for (const number of shapes) {
      let columns: ArrayLike<number>;
      let runs: Run[];
      if (number === inlineShape) {
        const start = nextInline + 1;
        nextInline = start + (inline[nextInline] as number);
        columns = inline.subarray(start, nextInline);
        runs = plan(columns, table);
      } else {
        columns = (table.shapes[number] as Shape).columns;
        runs = planOf(number);
      }
      startRow?.(writer);
      for (const { missing, from, to } of runs) {
        if (missing > 0) writer.copy(gaps, 0, missing * gap.length);
        const start = firstCell + from;
        if (to > from) writer.copy(bytes, start === 0 ? 0 : ends[start - 1], ends[firstCell + to - 1]);
      }
      endRow(writer);
      firstCell += columns.length;
      if (writer.full) yield writer.take();
    }
  };
}

/** So many columns without a cell, then the row's cells `from` to `to`. */
interface Run {
  readonly missing: number;
  readonly from: number;
  readonly to: number;
}

function plan(columns: ArrayLike<number>, { positions, columns: names }: Table): Run[] {
  const cells = Array.from(columns, (column, cell) => ({ cell, position: positions[column] as number }))
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  const runs: Run[] = [];
  let column = 0;
  for (let index = 0; index < cells.length; ) {
    const first = cells[index] as (typeof cells)[number];
    let length = 1;
    while (cells[index + length]?.cell === first.cell + length && cells[index + length]?.position === first.position + length)
      length++;
    runs.push({ missing: first.position - column, from: first.cell, to: first.cell + length });
    column = first.position + length;
    index += length;
  }
  if (column < names.length) runs.push({ missing: names.length - column, from: 0, to: 0 });
  return runs;
}
