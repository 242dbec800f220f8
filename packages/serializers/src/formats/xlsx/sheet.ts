import { ByteWriter } from '../../bytes.js';
import type { MendedTally } from '../../mended.js';
import { placedCells, type RowCursor, type RowFrame, rowWalker } from '../../table/rows.js';
import type { RowBlock, Table } from '../../table/table.js';
import { beforeReference, textCellWriter } from './cell.js';

/** Columns that a sheet takes. */
export const MAX_COLUMNS = 16_384;
/** Bytes handed to deflate at a time: enough that it runs on another thread while the next are written. */
const CHUNK = 256 * 1024;

/** Rows still to be written, across sheets. */
export interface SheetRows {
  /** Whether there is a row left; asked for before each `advance` of `cursor`. */
  more(): Promise<boolean>;
  /** Rows left of the block at hand. */
  left: number;
  block: RowBlock;
  cursor: RowCursor<RowPlan>;
  close(): Promise<void>;
}

/** Which cells of a row go where. */
export interface RowPlan {
  readonly cells: Int32Array;
  readonly positions: Int32Array;
}

export function sheetRows(table: Table): SheetRows {
  const walk = rowWalker(table, planRow);
  const blocks = table.blocks[Symbol.asyncIterator]();
  const none: RowBlock = {
    bytes: new Uint8Array(),
    ends: new Uint32Array(),
    shapes: new Uint32Array(),
    inline: new Uint32Array(),
  };
  const rows: SheetRows = {
    more: async () => {
      while (rows.left === 0) {
        const { done, value } = await blocks.next();
        if (done) return false;
        rows.block = value;
        rows.cursor = walk(value);
        rows.left = value.shapes.length;
      }
      return true;
    },
    left: 0,
    block: none,
    cursor: walk(none),
    close: async () => {
      await blocks.return?.();
    },
  };
  return rows;
}

/** Which cells of a row stand on the sheet, and where. */
export function planRow(columns: ArrayLike<number>, table: RowFrame): RowPlan {
  const placed = placedCells(columns, table).filter(({ position }) => position < MAX_COLUMNS);
  return {
    cells: Int32Array.from(placed, ({ cell }) => cell),
    positions: Int32Array.from(placed, ({ position }) => position),
  };
}

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
    const references = columns.map((_, position) => Buffer.from(`${beforeReference}${columnLetters(position)}`));
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

function writeHeaderRow(
  writer: ByteWriter,
  columns: readonly string[],
  references: readonly Buffer[],
  mended: MendedTally,
): void {
  const writeName = textCellWriter(' s="1"', mended);
  writer.text('<row r="1">');
  for (const [position, name] of columns.entries()) {
    writer.copy(references[position] as Buffer);
    writer.text('1');
    writeName(writer, name);
  }
  writer.text('</row>');
}

const rowStart = Buffer.from('<row r="');
const startEnd = Buffer.from('">');
const rowEnd = Buffer.from('</row>');
/** Up to this many bytes a loop of our own beats the call into the engine. */
const SHORT = 48;

/** Copies the cells of the row at hand, each behind its reference. */
function rowWriter(references: readonly Buffer[]) {
  return (writer: ByteWriter, { block: { bytes, ends }, cursor }: SheetRows, row: number): void => {
    const { plan, firstCell } = cursor;
    const { cells, positions } = plan;
    writer.copy(rowStart);
    const digitsStart = writer.length;
    writer.number(row);
    const digits = writer.bytes.subarray(digitsStart, writer.length);
    writer.copy(startEnd);
    for (let index = 0; index < cells.length; index++) {
      const cell = firstCell + (cells[index] as number);
      const start = cell === 0 ? 0 : (ends[cell - 1] as number);
      const end = ends[cell] as number;
      if (start === end) continue;
      const reference = references[positions[index] as number] as Buffer;
      writer.reserve(reference.length + digits.length + end - start);
      const target = writer.bytes;
      let at = writer.length;
      for (let byte = 0; byte < reference.length; byte++) target[at++] = reference[byte] as number;
      for (let byte = 0; byte < digits.length; byte++) target[at++] = digits[byte] as number;
      if (end - start > SHORT) {
        target.set(bytes.subarray(start, end), at);
        at += end - start;
      } else for (let byte = start; byte < end; byte++) target[at++] = bytes[byte] as number;
      writer.length = at;
    }
    writer.copy(rowEnd);
  };
}

/** 0: A, 25: Z, 26: AA. */
export function columnLetters(position: number): string {
  const last = String.fromCharCode(65 + (position % 26));
  return position < 26 ? last : columnLetters(Math.floor(position / 26) - 1) + last;
}
