import type { Columns, Records, Scalar } from '@dataset-items/query-pipeline';
import { ByteWriter, type Stamp, stampOf } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { freeMemory } from '../free-memory.js';
import { type Leaves, leafReader, type Parts, readWith } from './leaves.js';
import { type Pause, pauseEvery, VALUES } from './pause-every.js';
import { rowShapes } from './row-shapes.js';
import { bareRow, inlineShape, LONG, type RowBlock, type Shape } from './table.js';

/** Number of bytes of rows after which a block is passed on. */
const BLOCK = 256 * 1024;
/** Initial room for lengths and shapes of rows. It is small, because most tables of a server are small. */
const FEW = 512;

/** Rows in blocks, while the columns are not known yet. */
export interface CollectedRows {
  /** Shapes by number. The list grows with each block. */
  readonly shapes: readonly Shape[];
  readonly blocks: AsyncGenerator<RowBlock>;
}

/** Written cells with their separators. */
export interface WrittenCells {
  readonly bytes: Uint8Array;
  /** As in a `RowBlock`. The first cell counts from the start of the bytes. */
  readonly lengths: Uint8Array;
  readonly long: ArrayLike<number>;
  /** Offset of the end of the last cell. */
  readonly end: number;
}

/** Collects rows. Cells are in the order of the columns known so far, so that most rows need no change later. */
export interface RowCollector {
  readonly shapes: readonly Shape[];
  readonly leaves: Leaves;
  /** Adds a row of the values in `leaves`. */
  addRow(): void;
  /** The number of the shape with these columns, for `addRows`. -1: there are too many shapes. */
  shapeOf(columns: readonly number[]): number;
  /** Adds written rows of one shape. The last row may continue in the next call. @param rows number of rows that end in these bytes */
  addRows(written: WrittenCells, rows: number, shape: number): void;
  /** Whether no row is collected, nor the beginning of one. */
  readonly isEmpty: boolean;
  /** Whether a block is full. */
  readonly full: boolean;
  /** The collected rows. Valid until the next block is taken. */
  takeBlock(): RowBlock | undefined;
  /** Frees the memory of all blocks, which nobody may use any more. Nor may the collector be used afterwards. */
  free(): void;
}

/** Writes records as rows, in blocks, before the columns of the table are known. */
export function collectRows(records: Records, columns: Columns, writeCell: CellWriter, pause?: Pause): CollectedRows {
  const collector = rowCollector(columns, writeCell);
  const blocksOf = async function* <R>(
    batches: AsyncIterable<readonly R[]>,
    read: (record: R) => Parts | undefined,
  ): AsyncGenerator<RowBlock> {
    const countValues = pauseEvery(VALUES, pause);
    for await (const batch of batches) {
      for (const record of batch) {
        const parts = read(record);
        if (parts !== undefined) for (const _ of parts) await pause?.();
        collector.addRow();
        const pausing = countValues(collector.leaves.seen);
        if (pausing !== undefined) await pausing;
        const block = collector.full ? collector.takeBlock() : undefined;
        if (block !== undefined) yield block;
      }
    }
    const block = collector.takeBlock();
    if (block !== undefined) yield block;
  };
  return { shapes: collector.shapes, blocks: readWith(collector.leaves, records, blocksOf) };
}

/** @param blockSize bytes of rows after which a block is full. Default 256 KiB */
export function rowCollector(columns: Columns, writeCell: CellWriter, blockSize = BLOCK): RowCollector {
  const { row = bareRow } = writeCell;
  const [before, separator, after] = [row.start, row.separator, row.end].map(stampOf) as [Stamp, Stamp, Stamp];
  const leaves = leafReader(columns);
  const shapes = rowShapes(columns);
  // Two buffers each are used in turn, because the bytes and lengths of a block stay valid until the next block is full. New ones for each
  // block would be slower, because new memory is slow to write to, and would wait for a garbage collection.
  let writer = new ByteWriter(blockSize);
  let other: ByteWriter | undefined;
  /** Largest numbers of rows and cells in a block. They are limited too, because rows and cells may have no bytes. */
  const mostRows = blockSize / 8;
  const mostCells = blockSize;
  let lengths = new Uint8Array(FEW);
  let otherLengths = new Uint8Array(FEW);
  let cells = 0;
  let long = new Uint32Array(FEW);
  let longs = 0;
  /** Offset of the end of the last cell in the writer. */
  let end = 0;
  let numbers = new Uint32Array(FEW);
  let rows = 0;
  let inline = new Uint32Array(FEW);
  let inlined = 0;

  /** Stores a shape with its row. */
  const addShape = ({ columns }: Shape): void => {
    const { length } = columns;
    if (inlined + 1 + length > inline.length) inline = grown(inline, inlined + 1 + length);
    inline[inlined++] = length;
    for (let cell = 0; cell < length; cell++) inline[inlined++] = columns[cell] as number;
  };

  const addRow = (): void => {
    const number = shapes.numberOf(leaves);
    const shape = shapes.latest();
    const { order } = shape;
    const { values } = leaves;
    if (rows === numbers.length) numbers = grown(numbers, rows + 1);
    numbers[rows++] = number >= 0 ? number : inlineShape;
    if (number < 0) addShape(shape);
    if (cells + order.length > lengths.length) lengths = grownBytes(lengths, cells + order.length);
    writer.stamp(before);
    for (let cell = 0; cell < order.length; cell++) {
      if (cell > 0) writer.stamp(separator);
      writeCell(writer, values[order[cell] as number] as Scalar);
      const length = writer.length - end;
      end = writer.length;
      if (length < LONG) lengths[cells++] = length;
      else addLong(length);
    }
    writer.stamp(after);
  };

  const addLong = (length: number): void => {
    if (longs === long.length) long = grown(long, longs + 1);
    long[longs++] = length;
    lengths[cells++] = LONG;
  };

  const addRows: RowCollector['addRows'] = (written, count, shape) => {
    if (rows + count > numbers.length) numbers = grown(numbers, rows + count);
    numbers.fill(shape, rows, rows + count);
    rows += count;
    const { length } = written.lengths;
    if (cells + length > lengths.length) lengths = grownBytes(lengths, cells + length);
    const mostLong = longs + written.long.length + 1;
    if (mostLong > long.length) long = grown(long, mostLong);
    if (length > 0) {
      // The length of the first cell counts from the start of these bytes. Here it must count from the end of the cell before it.
      const first = written.lengths[0] as number;
      const longsUsed = first === LONG ? 1 : 0;
      const firstLength = writer.length - end + (longsUsed === 1 ? (written.long[0] as number) : first);
      lengths.set(written.lengths, cells);
      if (firstLength < LONG) lengths[cells++] = firstLength;
      else addLong(firstLength);
      cells += length - 1;
      for (let index = longsUsed; index < written.long.length; index++) long[longs++] = written.long[index] as number;
      end = writer.length + written.end;
    }
    writer.copy(written.bytes);
  };

  const takeBlock = (): RowBlock | undefined => {
    if (rows === 0) return undefined;
    const block = {
      bytes: writer.bytes.subarray(0, writer.length),
      lengths: lengths.subarray(0, cells),
      long: long.slice(0, longs),
      shapes: numbers.slice(0, rows),
      inline: inline.slice(0, inlined),
    };
    const isUsable = other !== undefined && other.bytes.length <= 4 * blockSize;
    [writer, other] = [isUsable ? (other as ByteWriter) : new ByteWriter(blockSize), writer];
    writer.length = 0;
    [lengths, otherLengths] = [otherLengths, lengths];
    cells = 0;
    longs = 0;
    end = 0;
    rows = 0;
    inlined = 0;
    return block;
  };

  return {
    shapes: shapes.known,
    leaves,
    addRow,
    shapeOf: shapes.add,
    addRows,
    get isEmpty() {
      return rows === 0 && writer.length === 0;
    },
    get full() {
      return writer.full || rows >= mostRows || cells > mostCells;
    },
    takeBlock,
    free: () => freeMemory([writer.bytes, ...(other === undefined ? [] : [other.bytes])]),
  };
}

/**
 * Makes blocks of written rows of one shape. Bytes and lengths of a block are those that are given, so it is valid only as long as they are.
 */
export function blocksOfRows(): (cells: WrittenCells, rows: number, shape: number) => RowBlock {
  const inline = new Uint32Array();
  /** Numbers of one shape, used again for each block. */
  let shapes = new Uint32Array();
  return ({ bytes, lengths, long }, rows, shape) => {
    if (rows > shapes.length || shapes[0] !== shape) shapes = new Uint32Array(rows + (rows >> 2)).fill(shape);
    return { bytes, lengths, long: Uint32Array.from(long), shapes: shapes.subarray(0, rows), inline };
  };
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

function grownBytes(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(length, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
