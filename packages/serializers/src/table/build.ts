import type { Batch, Scalar, Values } from '@dataset-items/query-pipeline';
import { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import type { Columns } from './columns.js';
import { type RowReader, rowReader } from './row-reader.js';
import { inlineShape, type RowBlock, type RowForm } from './table.js';

/** Records as the values of so named fields. */
export interface PickedBatches {
  readonly names: readonly string[];
  /** Whether records follow one another that have most values in common. */
  readonly repeats: boolean;
  readonly batches: AsyncIterable<readonly Values[]>;
}

export type Records = AsyncIterable<Batch> | PickedBatches;

export const bareRow: RowForm = {
  start: new Uint8Array(),
  separator: new Uint8Array(),
  end: new Uint8Array(),
  gap: new Uint8Array(),
};

/** Bytes of rows after which a block is handed on. */
const BLOCK = 256 * 1024;
const MOST_ROWS = BLOCK / 8;

/** Rows in blocks, each cell where its column will stand as far as is known, so that most rows are final as they are. */
export function rowBuilder(columns: Columns, writeCell: CellWriter) {
  const { row: form = bareRow, mended: tally } = writeCell;
  const { start, separator, end } = form;
  const reader = rowReader(columns);
  const { row } = reader;
  // In turn, as a block's bytes are good until the one after it is full: memory asked for anew costs more than writing into it.
  let writer = new ByteWriter(BLOCK);
  let other = new ByteWriter(BLOCK);
  let ends = new Uint32Array(BLOCK / 8);
  let cells = 0;
  const rowShapes = new Uint32Array(MOST_ROWS);
  let rows = 0;
  let inline = new Uint32Array(BLOCK / 8);
  let inlined = 0;

  /** The row before in this block, where the next may have cells in common with it. */
  let before: WrittenRow | undefined;

  /** Writes cells that are those of the row before, from `cell` on, by copying them (7 % of a whole csv of unwound items). */
  const copyCells = (row: WrittenRow, cell: number, count: number): void => {
    const first = row.firstCell + cell;
    const from = cell === 0 ? row.start : (ends[first - 1] as number) + separator.length;
    const to = ends[first + count - 1] as number;
    const shift = writer.length - from;
    writer.reserve(to - from);
    writer.bytes.copyWithin(writer.length, from, to);
    writer.length += to - from;
    for (let index = first; index < first + count; index++) ends[cells++] = (ends[index] as number) + shift;
  };

  const addShape = (columns: ArrayLike<number>): void => {
    const { length } = columns;
    if (inlined + 1 + length > inline.length) inline = grown(inline, inlined + 1 + length);
    inline[inlined++] = length;
    for (let cell = 0; cell < length; cell++) inline[inlined++] = columns[cell] as number;
  };

  const addRow = (repeats: boolean): void => {
    const { values, order, shape } = row;
    rowShapes[rows++] = shape >= 0 ? shape : inlineShape;
    if (shape < 0) addShape(row.columns);
    if (cells + order.length > ends.length) ends = grown(ends, cells + order.length);
    if (start.length > 0) writer.copy(start);
    const firstCell = cells;
    const from = writer.length;
    const mended = repeats ? tally?.valueCount : undefined;
    const like = before?.order === order && before.values !== values ? before : undefined;
    for (let cell = 0; cell < order.length; cell++) {
      if (cell > 0 && separator.length > 0) writeSeparator(writer, separator);
      const same = like === undefined ? 0 : valuesInCommon(values, like, cell);
      if (like !== undefined && same >= WORTH_COPYING) {
        copyCells(like, cell, same);
        cell += same - 1;
      } else {
        writeCell(writer, values[order[cell] as number] as Scalar);
        ends[cells++] = writer.length;
      }
    }
    if (end.length > 0) writer.copy(end);
    before = mended !== undefined && mended === tally?.valueCount ? { values, order, firstCell, start: from } : undefined;
  };

  const takeBlock = (): RowBlock => {
    const block = {
      bytes: writer.bytes.subarray(0, writer.length),
      ends: ends.subarray(0, cells),
      shapes: rowShapes.slice(0, rows),
      inline: inline.slice(0, inlined),
    };
    [writer, other] = [other.bytes.length > 4 * BLOCK ? new ByteWriter(BLOCK) : other, writer];
    writer.length = 0;
    before = undefined;
    cells = 0;
    rows = 0;
    inlined = 0;
    return block;
  };

  const blocks = async function* <R>(
    batches: AsyncIterable<readonly R[]>,
    read: (record: R) => void,
    repeats: boolean,
  ): AsyncGenerator<RowBlock> {
    for await (const batch of batches) {
      for (const record of batch) {
        read(record);
        addRow(repeats);
        if (writer.full || rows === MOST_ROWS) yield takeBlock();
      }
    }
    if (rows > 0) yield takeBlock();
  };

  return { shapes: reader.shapes, blocks: (records: Records) => readWith(reader, records, blocks) };
}

/** @param walk over batches of records of one kind, given what reads one */
export function readWith<T>(
  { read, reader }: RowReader,
  records: Records,
  walk: <R>(batches: AsyncIterable<readonly R[]>, read: (record: R) => void, repeats: boolean) => T,
): T {
  return 'names' in records ? walk(records.batches, reader(records.names), records.repeats) : walk(records, read, false);
}

/** A row that is written, and where. */
interface WrittenRow {
  readonly values: Values;
  readonly order: ArrayLike<number>;
  /** Of its cells in the block. */
  readonly firstCell: number;
  /** Where its first cell starts. */
  readonly start: number;
}

/** Cells in common with the row before that are copied together; fewer are written as soon. */
const WORTH_COPYING = 3;

/** How many cells from this one on have the values that they have in another row of this order. */
function valuesInCommon(values: Values, { values: others, order }: WrittenRow, first: number): number {
  let cell = first;
  while (cell < order.length && values[order[cell] as number] === others[order[cell] as number]) cell++;
  return cell - first;
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

/** Nearly always one byte, which a copy of many takes four times as long for. */
export function writeSeparator(writer: ByteWriter, separator: Uint8Array): void {
  if (separator.length === 1) writer.byte(separator[0] as number);
  else writer.copy(separator);
}
