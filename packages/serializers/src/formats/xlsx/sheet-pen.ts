import { ByteWriter, type Stamp, stampOf } from '../../bytes.js';
import { utf8 } from '../../platform.js';
import type { NumberedRows, OpenNumberedRows } from '../../table/numbered.js';
import { startOfReference, textsByKind } from './cell.js';
import { PIECES_AT_ONCE } from './deflate.js';
import { rowTexts, sheetRowsWriter } from './sheet-row.js';
import type { SheetRows } from './spooled-rows.js';
import type { Stretch } from './stretches.js';

/** Bytes per piece for deflate. Pieces are large, because each call to its threads takes time (docs/performance.md#workbooks). */
const CHUNK = 1024 * 1024;

/** Opens what writes rows of a sheet with so many columns. */
export function openSheetRows(open: OpenNumberedRows | undefined, columns: number): NumberedRows | undefined {
  const { start, numberEnd, end } = rowTexts;
  const texts = {
    row: { start: utf8(start), numberEnd: utf8(numberEnd), end: utf8(end) },
    columns: Array.from({ length: columns }, (_, position) => utf8(startOfReference(position))),
    kinds: textsByKind.map((texts) => ({ start: utf8(texts.start), end: utf8(texts.end) })),
  };
  return open?.(texts, { size: CHUNK, count: PIECES_AT_ONCE });
}

/**
 * Writes a sheet in pieces. The memory of a piece is used again for the one that is as many further on as `deflated` compresses at the same time.
 * @param numbered writes the rows of the blocks that it has
 */
export function sheetPen(columns: number, numbered: NumberedRows | undefined) {
  const references: readonly Stamp[] = Array.from({ length: columns }, (_, position) => stampOf(startOfReference(position)));
  const writeRows = sheetRowsWriter(references);
  const writers: ByteWriter[] = [];
  let pieces = 0;
  /** What has the current piece, if it is not a writer. */
  let other: NumberedRows | undefined;
  const writerOf = (): ByteWriter => {
    const place = pieces % PIECES_AT_ONCE;
    writers[place] ??= new ByteWriter(CHUNK, true);
    const writer = writers[place];
    if (other !== undefined) writer.copy(other.takeBack());
    other = undefined;
    return writer;
  };
  const inNumbered = (numbered: NumberedRows): NumberedRows => {
    if (other === undefined) numbered.append(writerOf().take());
    other = numbered;
    return numbered;
  };
  const pen = {
    references,
    /** The writer of the current piece. */
    get writer(): ByteWriter {
      return writerOf();
    },
    text: (value: string): void => {
      if (numbered === undefined) writerOf().text(value);
      else inNumbered(numbered).append(utf8(value));
    },
    /** Writes rows of the current block up to some row or until the piece is full. @returns the number of the row written last */
    rows: (rows: SheetRows, before: number, last: number): number => {
      if (numbered === undefined || rows.stretches === undefined) return writeRows(writerOf(), rows, before, last);
      return writeStretches(inNumbered(numbered), rows, rows.stretches, before, last);
    },
    get length(): number {
      return (other ?? writerOf()).length;
    },
    get full(): boolean {
      return (other ?? writerOf()).full;
    },
    take: (): Uint8Array => {
      const piece = (other ?? writerOf()).take();
      if (other === undefined) pieces++;
      return piece;
    },
  };
  return pen;
}

function writeStretches(numbered: NumberedRows, rows: SheetRows, stretches: Stretch[], before: number, last: number): number {
  let row = before;
  while (row < last && rows.left > 0 && !numbered.full) {
    const stretch = stretches.at(-1) as Stretch;
    const done = numbered.write(stretch.columns, row + 1, Math.min(stretch.rows, last - row));
    row += done;
    rows.left -= done;
    stretch.rows -= done;
    if (stretch.rows === 0) stretches.pop();
  }
  return row;
}
