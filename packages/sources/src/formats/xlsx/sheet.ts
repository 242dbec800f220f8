import type { Json } from '@dataset-items/query-pipeline';
import { type Archive, notWorkbook } from './archive.js';
import { isoDate } from './dates.js';
import { mostColumns, textLimit } from './limits.js';
import { textCollector, unescapeText, type Workbook } from './workbook.js';
import { walkXml } from './xml.js';

/** A cell as it is stored, not decoded yet. */
export interface Cell {
  /** 0-based. */
  readonly column: number;
  readonly type: string;
  readonly style: number;
  readonly text: string;
  /** Its formula, if that is asked for. */
  readonly formula?: string;
}

export interface SheetRow {
  /** 1-based, as a spreadsheet shows it. */
  readonly number: number;
  readonly cells: readonly Cell[];
}

/** Rows that have a cell with a value, in order. @throws Malformed */
export async function* readRows(archive: Archive, path: string, { formulas = false } = {}): AsyncGenerator<SheetRow[]> {
  let rows: SheetRow[] = [];
  let row: { number: number; cells: Cell[] } = { number: 0, cells: [] };
  let column = -1;
  let type = 'n';
  let style = 0;
  let value: string | undefined;
  let inValue = false;
  let formula: string | undefined;
  let inFormula = false;
  let hasInline = false;
  const inline = textCollector();
  const rowText = textLimit('a row');
  const walk = walkXml(archive.text(path), {
    open(tag, { r, t = 'n', s }) {
      if (tag === 'row') {
        rowText.clear();
        row = { number: r === undefined ? row.number + 1 : Number(r), cells: [] };
        column = -1;
      } else if (tag === 'c') {
        column = r === undefined ? column + 1 : columnOf(r);
        if (!(column < mostColumns)) throw notWorkbook(`in row ${row.number} a cell is past column XFD`);
        type = t;
        style = s === undefined ? 0 : Number(s);
        value = undefined;
        formula = undefined;
        hasInline = false;
        inline.start();
      } else if (tag === 'v') {
        inValue = true;
        value = '';
      } else if (tag === 'f' && formulas) {
        inFormula = true;
        formula = '';
      } else {
        if (tag === 'is') hasInline = true;
        inline.open(tag);
      }
    },
    text(piece) {
      rowText.add(piece.length);
      if (inValue) value += piece;
      else if (inFormula) formula += piece;
      else inline.text(piece);
    },
    close(tag) {
      inValue = false;
      inFormula = false;
      inline.close(tag);
      if (tag === 'c') {
        const text = hasInline ? inline.take() : value;
        if (text === undefined) return;
        const { length } = row.cells;
        if (length === mostColumns) throw notWorkbook(`row ${row.number} has more than ${length.toLocaleString('en')} cells`);
        row.cells.push({ column, type, style, text, ...(formula !== undefined && { formula }) });
      } else if (tag === 'row' && row.cells.length > 0) rows.push(row);
    },
  });
  for await (const _ of walk) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

/** `AB12` is in column 27. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 0x41 || letter > 0x5a) break;
    column = column * 26 + letter - 0x40;
  }
  return column - 1;
}

/** `0` is column A. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

/**
 * The value of a cell: text, a number, a boolean, a date as ISO 8601. A formula gives its stored result, an error its
 * text (`#N/A`). `undefined`: the cell is empty. @throws Error for any other cell
 */
export function cellValue({ type, style, text }: Cell, { sharedStrings, dateStyles, from1904 }: Workbook): Json | undefined {
  switch (type) {
    case 's': {
      const shared = sharedStrings.get(Number(text));
      if (shared === undefined) throw new Error(`no shared string ${text}`);
      return unescapeText(shared);
    }
    case 'str':
      return unescapeText(text);
    case 'inlineStr':
    case 'e':
    case 'd':
      return text;
    case 'b':
      return text === '1' || text === 'true';
    default: {
      if (text === '') return undefined;
      const number = Number(text);
      if (Number.isNaN(number)) throw new Error(`expected a number, got ${JSON.stringify(text)}`);
      const shown = dateStyles[style];
      return (shown && isoDate(number, shown, from1904)) ?? number;
    }
  }
}
