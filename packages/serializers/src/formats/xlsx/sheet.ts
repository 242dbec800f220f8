import type { ByteWriter, Stamp } from '../../bytes.js';
import type { ReplacementTally } from '../../replacements.js';
import type { NumberedRows } from '../../table/numbered.js';
import { columnLetters, headerCellWriter } from './cell.js';
import { sheetPen } from './sheet-pen.js';
import type { SheetRows } from './spooled-rows.js';

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
 * A run of rows of a sheet, in pieces. An empty piece is a place at which compression starts anew. The memory of a piece is used again for
 * the one that is as many further on as `deflated` compresses at the same time.
 * @param numbered has the blocks that `rows` gave to it
 */
export async function* sheetRun(
  rows: SheetRows,
  { columns, widths, first, restart }: SheetForm,
  { after, upTo, isLast }: SheetRun,
  replaced: ReplacementTally,
  numbered?: NumberedRows,
): AsyncGenerator<Uint8Array> {
  const pen = sheetPen(columns.length, numbered);
  if (after === 0) pen.text(sheetHead(widths, first));
  let end = '</sheetData></worksheet>';
  if (columns.length > 0) {
    if (after === 0) writeHeaderRow(pen.writer, columns, pen.references, replaced);
    let row = Math.max(after, 1);
    while (row < upTo && (rows.left > 0 || (await rows.more()))) {
      const before = row;
      row = pen.rows(rows, before, Math.min(upTo, (Math.floor(row / restart) + 1) * restart));
      const isPlace = row > before && row % restart === 0;
      if (pen.full || isPlace) yield pen.take();
      if (isPlace) yield new Uint8Array();
    }
    end = `</sheetData><autoFilter ref="A1:${columnLetters(columns.length - 1)}${row}"/></worksheet>`;
  }
  if (isLast) pen.text(end);
  if (pen.length > 0) yield pen.take();
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
