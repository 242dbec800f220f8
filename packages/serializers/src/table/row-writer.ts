import type { Scalar } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { bareRow, type Records, readWith, writeSeparator } from './build.js';
import type { Columns } from './columns.js';
import { rowReader } from './row-reader.js';

/** Rows under columns that are known: each cell is written where it will stay (a fifth of a csv of ten columns). */
export function rowWriter(count: number, columns: Columns, writeCell: CellWriter) {
  const { start, separator, end, gap } = writeCell.row ?? bareRow;
  const reader = rowReader(columns);
  const { row } = reader;
  /** By column, the place of the value that rows of this order have for it; -1: none. */
  const placeOf = new Int32Array(count);
  let placed: ArrayLike<number> | undefined;

  const placeCells = (): void => {
    const { order, columns } = row;
    placed = order;
    placeOf.fill(-1);
    for (let cell = 0; cell < order.length; cell++) placeOf[columns[cell] as number] = order[cell] as number;
  };

  const writeRow = (writer: ByteWriter): void => {
    if (row.order !== placed) placeCells();
    const { values } = row;
    if (start.length > 0) writer.copy(start);
    for (let column = 0; column < count; column++) {
      if (column > 0 && separator.length > 0) writeSeparator(writer, separator);
      const place = placeOf[column] as number;
      if (place >= 0) writeCell(writer, values[place] as Scalar);
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
  return (records: Records, writer: ByteWriter) => readWith(reader, records, (batches, read) => write(batches, read, writer));
}
