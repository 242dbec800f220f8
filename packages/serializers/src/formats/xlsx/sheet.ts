import { ByteWriter, type Stamp, stampOf } from '../../bytes.js';
import type { ReplacementTally } from '../../replacements.js';
import { beforeReference, headerCellWriter } from './cell.js';
import { PIECES_AT_ONCE } from './deflate.js';
import { sheetRowsWriter } from './sheet-row.js';
import type { SheetRows } from './spooled-rows.js';

/** Bytes per piece for deflate. Pieces are large, because each call to its threads takes time (docs/performance.md#workbooks). */
const CHUNK = 512 * 1024;

export interface SheetForm {
  readonly columns: readonly string[];
  /** The width of each column, in characters. */
  readonly widths: readonly number[];
  /** Whether this is the sheet that the workbook shows when it is opened. */
  readonly first: boolean;
  /** Number of rows after which compression starts anew, so that runs of so many rows can be written apart. */
  readonly restart: number;
}

/** Rows of a sheet that are written together, counted with the header row. */
export interface SheetRun {
  /** Number of rows before it: 0, or a multiple of `restart`. */
  readonly after: number;
  /** Number of the last row, unless there are fewer. */
  readonly upTo: number;
  /** Whether the sheet ends with it. */
  readonly isLast: boolean;
}

/**
 * A run of rows of a sheet, in pieces. An empty piece is a place at which compression starts anew. The memory of a piece is used again after as
 * many further ones as `deflated` compresses at the same time.
 */
export async function* sheetRun(
  rows: SheetRows,
  { columns, widths, first, restart }: SheetForm,
  { after, upTo, isLast }: SheetRun,
  replaced: ReplacementTally,
): AsyncGenerator<Uint8Array> {
  const writers = Array.from({ length: PIECES_AT_ONCE }, () => new ByteWriter(CHUNK, true));
  let pieces = 0;
  let writer = writers[0] as ByteWriter;
  const take = (): Uint8Array => {
    const piece = writer.take();
    writer = writers[++pieces % writers.length] as ByteWriter;
    return piece;
  };
  if (after === 0) writer.text(sheetHead(widths, first));
  let end = '</sheetData></worksheet>';
  if (columns.length > 0) {
    const references = columns.map((_, position) => stampOf(`${beforeReference}${columnLetters(position)}`));
    if (after === 0) writeHeaderRow(writer, columns, references, replaced);
    const writeRows = sheetRowsWriter(references);
    let row = Math.max(after, 1);
    while (row < upTo && (rows.left > 0 || (await rows.more()))) {
      row = writeRows(writer, rows, row, Math.min(upTo, (Math.floor(row / restart) + 1) * restart));
      const isPlace = row % restart === 0;
      if (writer.full || isPlace) yield take();
      if (isPlace) yield new Uint8Array();
    }
    end = `</sheetData><autoFilter ref="A1:${columnLetters(columns.length - 1)}${row}"/></worksheet>`;
  }
  if (isLast) writer.text(end);
  if (writer.length > 0) yield take();
}

const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const headerFrozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';

function sheetHead(widths: readonly number[], first: boolean): string {
  const view = `<sheetView${first ? ' tabSelected="1"' : ''} workbookViewId="0">${widths.length > 0 ? headerFrozen : ''}</sheetView>`;
  const each = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  const cols = each.length > 0 ? `<cols>${each.join('')}</cols>` : '';
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    `<worksheet xmlns="${NAMESPACE}"><sheetViews>${view}</sheetViews>${cols}<sheetData>`
  );
}

function writeHeaderRow(
  writer: ByteWriter,
  columns: readonly string[],
  references: readonly Stamp[],
  replaced: ReplacementTally,
): void {
  const writeName = headerCellWriter(replaced);
  writer.text('<row r="1">');
  for (const [position, name] of columns.entries()) {
    writer.stamp(references[position] as Stamp);
    writer.text('1');
    writeName(writer, name);
  }
  writer.text('</row>');
}

/** The letters of a column by its position: 0 is A, 25 is Z, 26 is AA. */
export function columnLetters(position: number): string {
  const last = String.fromCharCode(65 + (position % 26));
  return position < 26 ? last : columnLetters(Math.floor(position / 26) - 1) + last;
}
