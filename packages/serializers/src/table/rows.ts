import type { ByteWriter } from '../bytes.js';
import { inlineShape, type RowBlock, type RowForm, type Shape, type Table } from './table.js';

/** What of a table its rows are placed by. */
export type RowFrame = Pick<Table, 'shapes' | 'positions'>;

/** Bytes of whole rows that are handed on as they are; fewer are copied. */
const AS_IT_IS = 32 * 1024;

/**
 * Writes blocks of rows in column order. Rows whose cells already stand as they will are handed on together without being copied, and
 * of other rows the cells that stand together are copied together.
 */
export function rowRenderer(frame: RowFrame & { readonly names: readonly string[] }, { start, separator, end, gap }: RowForm) {
  const count = frame.names.length;
  const gaps = Buffer.concat(Array.from({ length: count }, () => [separator, gap]).flat());
  const step = gap.length + separator.length;
  const walk = rowWalker(frame, (columns) => planRuns(columns, frame, count));

  const writeGaps = (writer: ByteWriter, column: number, missing: number): void => {
    const skipped = column === 0 ? separator.length : 0;
    writer.copy(gaps, skipped, missing * step);
  };

  const writeRow = (
    writer: ByteWriter,
    { bytes, ends }: RowBlock,
    { plan, firstCell }: RowCursor<RunPlan>,
    row: number,
  ): void => {
    writer.copy(start);
    let column = 0;
    for (const { missing, from, to } of plan.runs) {
      if (missing > 0) writeGaps(writer, column, missing);
      column += missing;
      if (to === from) continue;
      if (column > 0) writer.copy(separator);
      const first = from === 0 ? row + start.length : (ends[firstCell + from - 1] as number) + separator.length;
      writer.copy(bytes, first, ends[firstCell + to - 1]);
      column += to - from;
    }
    writer.copy(end);
  };

  const isFinal = (block: RowBlock): boolean => {
    const rows = walk(block);
    while (rows.advance()) if (!rows.plan.isWhole) return false;
    return true;
  };

  const renderBlock = function* (block: RowBlock, writer: ByteWriter): Generator<Uint8Array> {
    const { bytes } = block;
    if (isFinal(block)) return yield* handOn(writer, bytes, 0, bytes.length);
    const { ends } = block;
    const rows = walk(block);
    /** Where rows start that are not written yet, and the one at hand. */
    let waiting = 0;
    let row = 0;
    while (rows.advance()) {
      const { isWhole, cells } = rows.plan;
      const next = (cells === 0 ? row + start.length : (ends[rows.firstCell + cells - 1] as number)) + end.length;
      if (!isWhole) {
        if (waiting < row) yield* handOn(writer, bytes, waiting, row);
        writeRow(writer, block, rows, row);
        waiting = next;
        if (writer.full) yield writer.take();
      }
      row = next;
    }
    if (waiting < row) yield* handOn(writer, bytes, waiting, row);
  };

  return async function* (blocks: AsyncIterable<RowBlock>, writer: ByteWriter): AsyncGenerator<Uint8Array> {
    for await (const block of blocks) yield* renderBlock(block, writer);
  };
}

/**
 * Not a function within the generator: each that is made anew has a hidden class of its own, which keeps the block it knows of until
 * all memory is looked through (60 MB at any time, measured).
 */
function* handOn(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): Generator<Uint8Array> {
  if (to - from < AS_IT_IS) {
    writer.copy(bytes, from, to);
    if (writer.full) yield writer.take();
    return;
  }
  if (writer.length > 0) yield writer.take();
  yield bytes.subarray(from, to);
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
export function rowWalker<P>(frame: RowFrame, planOf: (columns: ArrayLike<number>, frame: RowFrame) => P) {
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
          cursor.plan = planOf(columns, frame);
        } else {
          columns = (frame.shapes[number] as Shape).columns;
          plans[number] ??= planOf(columns, frame);
          cursor.plan = plans[number];
        }
        cursor.firstCell = nextCell;
        nextCell += columns.length;
        return true;
      },
      plan: planOf([], frame),
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

interface RunPlan {
  readonly runs: readonly Run[];
  /** The row has a cell in every column, in their order, and no other. */
  readonly isWhole: boolean;
  readonly cells: number;
}

function planRuns(columns: ArrayLike<number>, frame: RowFrame, count: number): RunPlan {
  const cells = placedCells(columns, frame);
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
  if (column < count) runs.push({ missing: count - column, from: 0, to: 0 });
  const isWhole = runs.length === 1 && runs[0]?.missing === 0 && columns.length === count;
  return { runs, isWhole, cells: columns.length };
}

/** A cell of a row, and the index of its column in the table. */
export interface PlacedCell {
  readonly cell: number;
  readonly position: number;
}

/** Up to so many cells are put in their places one by one: a fifth of a csv whose rows are all different went into sorting. */
const FEW = 32;

/** The cells of a row that the table keeps, in the order of its columns. */
export function placedCells(columns: ArrayLike<number>, { positions }: RowFrame): PlacedCell[] {
  const placed: PlacedCell[] = [];
  const areFew = columns.length <= FEW;
  for (let cell = 0; cell < columns.length; cell++) {
    const position = positions[columns[cell] as number] as number;
    if (position < 0) continue;
    let at = placed.length;
    while (areFew && at > 0 && (placed[at - 1] as PlacedCell).position > position) at--;
    if (at === placed.length) placed.push({ cell, position });
    else placed.splice(at, 0, { cell, position });
  }
  return areFew ? placed : placed.sort((a, b) => a.position - b.position);
}
