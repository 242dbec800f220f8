import type { ByteWriter } from '../bytes.js';
import { areEqual, utf8 } from '../platform.js';
import { asBytes } from './packed-block.js';
import { endsReader, inlineShape, type RowBlock, type RowForm, type Shape, type Table } from './table.js';

/** The parts of a table that say in which column each cell of a row is. */
export type RowFrame = Pick<Table, 'shapes' | 'positions'>;

/** The parts of a block that say of which shapes its rows are. */
type RowNumbers = Pick<RowBlock, 'shapes' | 'inline'>;

/** Smallest size in bytes of consecutive rows that are passed on without a copy. */
const UNCOPIED = 32 * 1024;

/**
 * Writes blocks of rows in the order of the columns. Consecutive rows whose cells have this order already are passed on together, many of
 * them without a copy. In other rows, cells that stay next to each other are copied together.
 * @param form the texts around and between the cells, as they are in the blocks
 */
export function rowArranger(frame: RowFrame & { readonly names: readonly string[] }, form: RowForm) {
  const [start, separator, end, gap] = [utf8(form.start), utf8(form.separator), utf8(form.end), utf8(form.gap)];
  const count = frame.names.length;
  /** As many gaps as there are columns, each with a separator before it. */
  const gaps = Uint8Array.from(Array.from({ length: count }, () => [...separator, ...gap]).flat());
  const gapSize = gap.length + separator.length;
  const walk = rowWalker(frame, (columns) => planRuns(columns, frame, count));
  const endsOf = endsReader();

  const writeGaps = (writer: ByteWriter, column: number, missing: number): void => {
    // There is no separator before the first column.
    const from = column === 0 ? separator.length : 0;
    writer.copy(gaps, from, missing * gapSize);
  };

  const writeRow = (
    writer: ByteWriter,
    { bytes, ends }: { readonly bytes: Uint8Array; readonly ends: Uint32Array },
    { plan, firstCell }: RowCursor<RunPlan>,
    rowStart: number,
  ): void => {
    writer.copy(start);
    let column = 0;
    for (const { missing, from, to } of plan.runs) {
      if (missing > 0) writeGaps(writer, column, missing);
      column += missing;
      if (to === from) continue;
      if (column > 0) writer.copy(separator);
      const firstByte = from === 0 ? rowStart + start.length : (ends[firstCell + from - 1] as number) + separator.length;
      writer.copy(bytes, firstByte, ends[firstCell + to - 1]);
      column += to - from;
    }
    writer.copy(end);
  };

  /** Whether each row of a block has one cell for each column, in the order of the columns. */
  const isFinal = (block: RowNumbers): boolean => {
    const { shapes } = block;
    // If all rows have one shape, the first row shows it.
    const isOneShape = shapes[0] !== inlineShape && areSame(shapes);
    const rows = walk(isOneShape ? { ...block, shapes: shapes.subarray(0, 1) } : block);
    while (rows.advance()) if (!rows.plan.isWhole) return false;
    return true;
  };

  /** The last rows of a block that are all as `isFinal` says: the number of rows before them, and of their bytes. `undefined`: there are none. */
  const finalFrom = (block: Omit<RowBlock, 'bytes'>): { readonly rows: number; readonly bytes: number } | undefined => {
    if (isFinal(block)) return { rows: 0, bytes: 0 };
    const { shapes } = block;
    const last = walk({ ...block, shapes: shapes.subarray(-1) });
    if (shapes.at(-1) === inlineShape || !last.advance() || !last.plan.isWhole) return undefined;
    const ends = endsOf(block);
    const rows = walk(block);
    let before = { rows: 0, bytes: 0 };
    let bytes = 0;
    for (let row = 1; rows.advance(); row++) {
      bytes = nextRow(rows, ends, bytes);
      if (!rows.plan.isWhole) before = { rows: row, bytes };
    }
    return before;
  };

  /** Where a row ends. */
  const nextRow = ({ plan: { cells }, firstCell }: RowCursor<RunPlan>, ends: Uint32Array, rowStart: number): number =>
    (cells === 0 ? rowStart + start.length : (ends[firstCell + cells - 1] as number)) + end.length;

  /** Gives each full chunk. The rest stays in the writer. */
  const write = function* (block: RowBlock, writer: ByteWriter): Generator<Uint8Array> {
    const { bytes } = block;
    if (isFinal(block)) return yield* handOn(writer, bytes, 0, bytes.length);
    const ends = endsOf(block);
    const rows = walk(block);
    /** Offset of the first row that is not written yet, and of the current row. */
    let unwritten = 0;
    let rowStart = 0;
    while (rows.advance()) {
      const nextStart = nextRow(rows, ends, rowStart);
      if (!rows.plan.isWhole) {
        if (unwritten < rowStart) yield* handOn(writer, bytes, unwritten, rowStart);
        writeRow(writer, { bytes, ends }, rows, rowStart);
        unwritten = nextStart;
        if (writer.full) yield writer.take();
      }
      rowStart = nextStart;
    }
    if (unwritten < rowStart) yield* handOn(writer, bytes, unwritten, rowStart);
  };

  return { finalFrom, write };
}

/** Whether numbers are all the same: each is the one before it. */
function areSame(numbers: Uint32Array): boolean {
  return areEqual(asBytes(numbers.subarray(1)), asBytes(numbers.subarray(0, -1)));
}

/**
 * Passes on bytes of a block. It is not a function inside of the generator: V8 would make a hidden class for each new closure, and this class
 * would keep the block in memory until the next full garbage collection.
 */
function* handOn(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): Generator<Uint8Array> {
  if (to - from < UNCOPIED) {
    writer.copy(bytes, from, to);
    if (writer.full) yield writer.take();
    return;
  }
  if (writer.length > 0) yield writer.take();
  yield bytes.subarray(from, to);
}

/** The rows of a block, one after the other. */
export interface RowCursor<P> {
  /** Goes to the next row; the first call goes to the first row. @returns false: there are no more rows */
  advance(): boolean;
  /** What `planOf` made of the shape of this row. Not valid before the first row. */
  plan: P;
  /** Index of the row's first cell among the cells of the block. */
  firstCell: number;
  /** Index of the cell after its last one. */
  endCell: number;
}

/**
 * Makes a cursor over the rows of each block.
 * @param planOf says how rows of a shape are written, from the column ids of their cells. Called once per shape, and once per row that
 * carries its own shape
 */
export function rowWalker<P>(frame: RowFrame, planOf: (columns: ArrayLike<number>, frame: RowFrame) => P) {
  const plans: P[] = [];
  return ({ shapes, inline }: RowNumbers): RowCursor<P> => {
    let row = 0;
    let nextInline = 0;
    const cursor: RowCursor<P> = {
      advance: () => {
        if (row === shapes.length) return false;
        const shape = shapes[row++] as number;
        let columns: ArrayLike<number>;
        if (shape === inlineShape) {
          const start = nextInline + 1;
          nextInline = start + (inline[nextInline] as number);
          columns = inline.subarray(start, nextInline);
          cursor.plan = planOf(columns, frame);
        } else {
          columns = (frame.shapes[shape] as Shape).columns;
          plans[shape] ??= planOf(columns, frame);
          cursor.plan = plans[shape];
        }
        cursor.firstCell = cursor.endCell;
        cursor.endCell += columns.length;
        return true;
      },
      plan: planOf([], frame),
      firstCell: 0,
      endCell: 0,
    };
    return cursor;
  };
}

/** First some columns without a cell, then the cells `from` (included) to `to` (excluded) of the row. */
interface Run {
  readonly missing: number;
  readonly from: number;
  readonly to: number;
}

/** How rows of one shape are written. */
interface RunPlan {
  readonly runs: readonly Run[];
  /** The row has exactly one cell for each column, in the order of the columns. */
  readonly isWhole: boolean;
  /** Number of cells of the row, with those of dropped columns. */
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

/** The index of a cell among the cells of its row, and the index of its column in the table. */
export interface PlacedCell {
  readonly cell: number;
  readonly position: number;
}

/** The cells of a row in the order of the columns of the table. Cells of dropped columns are left out. */
export function placedCells(columns: ArrayLike<number>, { positions }: RowFrame): PlacedCell[] {
  const placed: PlacedCell[] = [];
  for (let cell = 0; cell < columns.length; cell++) {
    const position = positions[columns[cell] as number] as number;
    if (position >= 0) placed.push({ cell, position });
  }
  return placed.sort((a, b) => a.position - b.position);
}
