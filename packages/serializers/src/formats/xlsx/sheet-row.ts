import { type ByteWriter, type Stamp, stampOf } from '../../bytes.js';
import { textsOf } from './cell.js';
import type { SheetRows } from './spooled-rows.js';

/** Before the number of a row, after it, and after the last cell. */
export const rowTexts = { start: '<row r="', numberEnd: '">', end: '</row>' } as const;
const rowStart = stampOf(rowTexts.start);
const startEnd = stampOf(rowTexts.numberEnd);
const rowEnd = stampOf(rowTexts.end);
/** Bytes to reserve for what is around a value, with the bytes after it that copying eight at a time touches. */
const AROUND_VALUE = 120;
/** Up to this many bytes our own loop is faster than the call into the engine (docs/performance.md#workbooks). */
const SHORT = 256;

/**
 * Writes a row of the current block, and further ones up to some row or until the writer is full. There is no `await` in it: the engine would
 * take several times as long to compile it as a part of a generator (docs/performance.md#workbooks).
 * @param references for each column, the bytes before the number of the row
 * @returns a function that takes the number of the row before and that of the last row, and gives the number of the row it wrote last
 */
export function sheetRowsWriter(references: readonly Stamp[]) {
  return (writer: ByteWriter, rows: SheetRows, before: number, last: number): number => {
    let row = before;
    while (row < last && rows.left > 0 && !writer.full) {
      rows.left--;
      rows.cursor.advance();
      writer.stamp(rowStart);
      const start = writer.length;
      writer.number(++row);
      const digits = writer.length - start;
      writer.stamp(startEnd);
      /** Eight bytes: the digits of the row number, at most seven, and other bytes, which the next text overwrites. */
      const number = writer.view.getFloat64(start, true);
      writeCells(writer, rows, references, number, digits);
      writer.stamp(rowEnd);
    }
    return row;
  };
}

/**
 * Copies the values of the cells of the current row, eight bytes at a time, with the reference of each cell and the texts of its kind around
 * them. It is short, so that the engine compiles it soon, and has nothing that happens only later, for which it would be compiled anew.
 */
function writeCells(
  writer: ByteWriter,
  { bytes, ends, view: source, cursor }: SheetRows,
  references: readonly Stamp[],
  number: number,
  digits: number,
): void {
  const { plan, firstCell } = cursor;
  const { cells, positions } = plan;
  const count = cells.length;
  for (let index = 0; index < count; index++) {
    const cell = firstCell + (cells[index] as number);
    const end = ends[cell] as number;
    let from = cell === 0 ? 0 : (ends[cell - 1] as number);
    if (from === end) continue;
    const texts = textsOf(bytes[from++] as number);
    writer.reserve(AROUND_VALUE + end - from);
    const { view } = writer;
    let at = put(view, writer.length, references[positions[index] as number] as Stamp);
    view.setFloat64(at, number, true);
    at = put(view, at + digits, texts.start);
    if (end - from > SHORT || end + 7 > bytes.length) {
      writer.bytes.set(bytes.subarray(from, end), at);
    } else {
      // The next text overwrites what is copied from after the end.
      for (let done = from; done < end; done += 8) view.setFloat64(at + done - from, source.getFloat64(done, true), true);
    }
    writer.length = put(view, at + end - from, texts.end);
  }
}

/** Writes bytes where room is reserved. @returns the offset after them */
function put(view: DataView, at: number, { length, words }: Stamp): number {
  for (let index = 0; index < words.length; index++) view.setFloat64(at + 8 * index, words[index] as number, true);
  return at + length;
}
