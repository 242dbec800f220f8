import type { Batch, Scalar, Values } from '@dataset-items/query-pipeline';
import { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import type { Columns } from './columns.js';
import { type Leaves, leafReader } from './leaves.js';
import { shapeIndex } from './shapes.js';
import { inlineShape, type RowBlock, type RowForm } from './table.js';

/** Records as the values of so named fields. */
export interface PickedBatches {
  readonly names: readonly string[];
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

/** Rows in blocks, each cell where its column will stand as far as is known, so that most rows are final as they are. */
export function rowBuilder(columns: Columns, writeCell: CellWriter) {
  const { start, separator, end } = writeCell.row ?? bareRow;
  const leaves = leafReader(columns);
  const shapes = shapeIndex(columns);
  const writer = new ByteWriter(BLOCK);
  let ends = new Uint32Array(BLOCK / 8);
  let cells = 0;
  let rows: number[] = [];
  let inline: number[] = [];

  const addRow = (): void => {
    const number = shapes.numberOf(leaves);
    const { order, columns: kept } = shapes.latest();
    if (number >= 0) rows.push(number);
    else {
      rows.push(inlineShape);
      inline.push(kept.length, ...kept);
    }
    if (cells + order.length > ends.length) ends = grown(ends, cells + order.length);
    if (start.length > 0) writer.copy(start);
    for (let cell = 0; cell < order.length; cell++) {
      if (cell > 0 && separator.length > 0) writer.copy(separator);
      writeCell(writer, leaves.values[order[cell] as number] as Scalar);
      ends[cells++] = writer.length;
    }
    if (end.length > 0) writer.copy(end);
  };

  const takeBlock = (): RowBlock => {
    const block = {
      bytes: writer.take(),
      ends: ends.slice(0, cells),
      shapes: new Uint32Array(rows),
      inline: new Uint32Array(inline),
    };
    cells = 0;
    rows = [];
    inline = [];
    return block;
  };

  const blocks = async function* <R>(batches: AsyncIterable<readonly R[]>, read: (record: R) => void): AsyncGenerator<RowBlock> {
    for await (const batch of batches) {
      for (const record of batch) {
        read(record);
        addRow();
        if (writer.full || rows.length >= BLOCK / 8) yield takeBlock();
      }
    }
    if (rows.length > 0) yield takeBlock();
  };

  return { shapes: shapes.known, blocks: (records: Records) => readWith(leaves, records, blocks) };
}

/** @param walk over batches of records of one kind, given what reads one */
function readWith<T>(
  leaves: Leaves,
  records: Records,
  walk: <R>(batches: AsyncIterable<readonly R[]>, read: (record: R) => void) => T,
): T {
  return 'names' in records ? walk(records.batches, leaves.reader(records.names)) : walk(records, leaves.read);
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

/** Rows under columns that are known: each cell is written where it will stay (a fifth of a csv of ten columns). */
export function rowWriter(count: number, columns: Columns, writeCell: CellWriter) {
  const { start, separator, end, gap } = writeCell.row ?? bareRow;
  const leaves = leafReader(columns);
  /** By column, the leaf that the row at hand has for it. */
  const leafOf = new Int32Array(count);

  const writeRow = (writer: ByteWriter): void => {
    leafOf.fill(-1);
    for (let leaf = 0; leaf < leaves.count; leaf++) leafOf[leaves.columns[leaf] as number] = leaf;
    if (start.length > 0) writer.copy(start);
    for (let column = 0; column < count; column++) {
      if (column > 0 && separator.length > 0) writer.copy(separator);
      const leaf = leafOf[column] as number;
      if (leaf >= 0) writeCell(writer, leaves.values[leaf] as Scalar);
      else if (gap.length > 0) writer.copy(gap);
    }
    writer.copy(end);
  };

  const write = async function* <R>(
    batches: AsyncIterable<readonly R[]>,
    read: (record: R) => void,
    writer: ByteWriter,
  ): AsyncGenerator<Uint8Array> {
    for await (const batch of batches) {
      for (const record of batch) {
        read(record);
        writeRow(writer);
        if (writer.full) yield writer.take();
      }
    }
  };
  return (records: Records, writer: ByteWriter) => readWith(leaves, records, (batches, read) => write(batches, read, writer));
}
