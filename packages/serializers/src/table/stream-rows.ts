import type { Columns, Records, Scalar } from '@dataset-items/query-pipeline';
import { type ByteWriter, type Stamp, stampOf } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { leafReader, readWith } from './leaves.js';
import { type Pause, pauseEvery, VALUES } from './pause-every.js';
import { rowShapes } from './row-shapes.js';
import { bareRow, type Shape } from './table.js';

/** Writes rows in their final form, for columns that the caller has fixed. @param count number of columns */
export function rowStreamer(columns: Columns, count: number, writeCell: CellWriter) {
  const { row = bareRow } = writeCell;
  const [start, separator, end, gap] = [row.start, row.separator, row.end, row.gap].map(stampOf) as [Stamp, Stamp, Stamp, Stamp];
  const leaves = leafReader(columns);
  const shapes = rowShapes(columns);
  /** For each column, the index of its value in records of the shape `placed`. -1: none. */
  const placeOf = new Int32Array(count);
  let placed: Shape | undefined;

  const placeCells = (shape: Shape): void => {
    placed = shape;
    placeOf.fill(-1);
    const { order, columns } = shape;
    for (let cell = 0; cell < order.length; cell++) placeOf[columns[cell] as number] = order[cell] as number;
  };

  const writeRow = (writer: ByteWriter): void => {
    shapes.numberOf(leaves);
    if (shapes.latest() !== placed) placeCells(shapes.latest());
    const { values } = leaves;
    writer.stamp(start);
    for (let column = 0; column < count; column++) {
      if (column > 0) writer.stamp(separator);
      const place = placeOf[column] as number;
      if (place >= 0) writeCell(writer, values[place] as Scalar);
      else writer.stamp(gap);
    }
    writer.stamp(end);
  };
  return { leaves, writeRow };
}

/** Records as rows of fixed columns: gives each full chunk, and leaves the rest in the writer, unless the input pauses. */
export function streamRows(
  records: Records,
  columns: Columns,
  count: number,
  writeCell: CellWriter,
  writer: ByteWriter,
  pause?: Pause,
): AsyncGenerator<Uint8Array> {
  const { leaves, writeRow } = rowStreamer(columns, count, writeCell);
  return readWith(leaves, records, async function* (batches, read) {
    const countValues = pauseEvery(VALUES, pause);
    let rows = 0;
    for await (const batch of batches) {
      for (const record of batch) {
        const parts = read(record);
        if (parts !== undefined) for (const _ of parts) await pause?.();
        writeRow(writer);
        const pausing = countValues(leaves.seen + ++rows * count);
        if (pausing !== undefined) await pausing;
        if (writer.full) yield writer.take();
      }
      if (batch.length === 0) yield* writer.held();
    }
  });
}
