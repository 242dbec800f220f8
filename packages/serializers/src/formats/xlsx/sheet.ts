import { ByteWriter, type Stamp, stampOf } from '../../bytes.js';
import type { MendedTally } from '../../mended.js';
import { beforeReference, textCellWriter } from './cell.js';
import { rowWriter } from './row.js';
import type { SheetRows } from './rows.js';

/** Bytes handed to deflate at a time: a quarter of these would cost 8 % of a whole run in calls to its threads. */
const CHUNK = 512 * 1024;

export interface SheetForm {
  readonly columns: readonly string[];
  /** Of each column, in characters. */
  readonly widths: readonly number[];
  /** The header row among them. */
  readonly maxRows: number;
  /** Whether the workbook opens here. */
  readonly first: boolean;
}

/** One sheet: the header row, then rows until it is full or there are no more. */
export async function* sheet(rows: SheetRows, form: SheetForm, mended: MendedTally): AsyncGenerator<Uint8Array> {
  const { columns, widths, maxRows, first } = form;
  const writer = new ByteWriter(CHUNK);
  writer.text(sheetHead(widths, first));
  if (columns.length > 0) {
    const references = columns.map((_, position) => stampOf(`${beforeReference}${columnLetters(position)}`));
    writeHeaderRow(writer, columns, references, mended);
    const writeRow = rowWriter(references);
    let row = 1;
    while (row < maxRows && (rows.left > 0 || (await rows.more()))) {
      rows.left--;
      rows.cursor.advance();
      writeRow(writer, rows, ++row);
      if (writer.full) yield writer.take();
    }
    writer.text(`</sheetData><autoFilter ref="A1:${columnLetters(columns.length - 1)}${row}"/></worksheet>`);
  } else writer.text('</sheetData></worksheet>');
  yield writer.take();
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

function writeHeaderRow(writer: ByteWriter, columns: readonly string[], references: readonly Stamp[], mended: MendedTally): void {
  const writeName = textCellWriter(' s="1"', mended);
  writer.text('<row r="1">');
  for (const [position, name] of columns.entries()) {
    writer.stamp(references[position] as Stamp);
    writer.text('1');
    writeName(writer, name);
  }
  writer.text('</row>');
}

/** 0: A, 25: Z, 26: AA. */
export function columnLetters(position: number): string {
  const last = String.fromCharCode(65 + (position % 26));
  return position < 26 ? last : columnLetters(Math.floor(position / 26) - 1) + last;
}
