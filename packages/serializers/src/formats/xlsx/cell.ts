import { isChangedNumber, spellingOf } from '@dataset-items/query-pipeline';
import { type ByteWriter, type Stamp, stampOf } from '../../bytes.js';
import { type CodePoints, codePointsOf, type EscapeTable, loneSurrogate } from '../../escapes.js';
import type { CellForm, CellWriter } from '../../format.js';
import type { ReplacementTally } from '../../replacements.js';
import { bareRow } from '../../table/table.js';
import { type TextWriter, textWriter } from '../../text.js';
import { notXml } from '../../xml/escape.js';

/** Largest number of UTF-16 units in a cell. */
const MAX_TEXT = 32_767;

/** The start of a cell in a column, by the position of the column. After it come the number of the row and the texts below. */
export function startOfReference(position: number): string {
  return `<c r="${columnLetters(position)}`;
}

/** The letters of a column by its position: 0 is A, 25 is Z, 26 is AA. */
export function columnLetters(position: number): string {
  const last = String.fromCharCode(65 + (position % 26));
  return position < 26 ? last : columnLetters(Math.floor(position / 26) - 1) + last;
}

/** The texts between the reference of a cell and its value, and after the value. */
export interface CellTexts {
  readonly start: Stamp;
  readonly end: Stamp;
}

const kinds = { number: 0, text: 1, blanks: 2 } as const;
/**
 * Cells are kept as the number of their kind, which is one digit, and the written value: the texts around a value are three quarters of a cell,
 * and its reference is not known before the order of the columns.
 */
const [NUMBER, TEXT, BLANKS] = [kinds.number, kinds.text, kinds.blanks].map(String) as [string, string, string];

/** The texts of cells by kind: after the reference, and after the value. */
export const textsByKind = [
  { start: '"><v>', end: '</v></c>' },
  { start: '" t="inlineStr"><is><t>', end: '</t></is></c>' },
  { start: '" t="inlineStr"><is><t xml:space="preserve">', end: '</t></is></c>' },
] as const;
const cellTexts: readonly CellTexts[] = textsByKind.map(({ start, end }) => ({ start: stampOf(start), end: stampOf(end) }));

/** The texts around the value of a cell, by its first byte. */
export function textsOf(first: number): CellTexts {
  return cellTexts[first & 15] as CellTexts;
}

/** Writes a cell as it is kept. Null: nothing. */
export function cellWriter(replaced: ReplacementTally): CellWriter {
  const writeText = limitedTextWriter(replaced);
  return (writer, value) => {
    if (value === null) return;
    const spelling = spellingOf(value);
    // A double cannot hold it, and neither can a workbook.
    const isText = spelling !== undefined && isChangedNumber(spelling);
    const number = isText ? undefined : spelling === undefined ? value : Number(spelling);
    if (typeof number === 'number') {
      writer.text(NUMBER);
      return writer.number(number);
    }
    const text = isText ? spelling : String(value);
    writer.text(hasBlankEnds(text) ? BLANKS : TEXT);
    writeText(writer, text);
  };
}

/** Writes the part of a header cell after its reference. */
export function headerCellWriter(replaced: ReplacementTally): (writer: ByteWriter, name: string) => void {
  const writeText = limitedTextWriter(replaced);
  return (writer, name) => {
    // `start` begins with a quote, which ends the value of the attribute before it.
    writer.text('" s="1');
    const { start, end } = cellTexts[hasBlankEnds(name) ? kinds.blanks : kinds.text] as CellTexts;
    writer.stamp(start);
    writeText(writer, name);
    writer.stamp(end);
  };
}

/** Writes text, truncated to the limit of a cell. */
function limitedTextWriter(replaced: ReplacementTally): TextWriter {
  const writeText = textWriter(sheetText, replaced.value);
  return (writer, value) => {
    if (value.length <= MAX_TEXT) return writeText(writer, value);
    replaced.value('truncatedCells', value);
    writeText(writer, cut(value));
  };
}

const HEXADECIMAL = [
  [0x30, 0x39],
  [0x41, 0x46],
  [0x61, 0x66],
] as const;
/** Characters that must be written as `_xHHHH_`. CR is one of them, because XML readers turn it into LF. */
const spelledOut: readonly CodePoints[] = [...codePointsOf('\r'), ...notXml];

/**
 * Text of a cell. Some characters are written as `_xHHHH_`. So is the `_` of text that looks like such an escape, or that will look like
 * one because the character after it is escaped (docs/semantics.md#xlsx).
 */
export const sheetText: EscapeTable = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  rules: [
    {
      of: codePointsOf('_'),
      before: [codePointsOf('x'), HEXADECIMAL, HEXADECIMAL, HEXADECIMAL, HEXADECIMAL, [...codePointsOf('_'), ...spelledOut]],
      as: '_x%04X_',
    },
    { of: spelledOut, as: '_x%04X_' },
    loneSurrogate,
  ],
};

/** The rules of `cellWriter`. */
export const cellForm: CellForm = {
  ...{ text: sheetText, row: bareRow, nullCell: '', longest: MAX_TEXT },
  ...{ before: TEXT, after: '', beforeBlanks: BLANKS, number: { before: NUMBER, after: '' } },
};

function hasBlankEnds(value: string): boolean {
  return value.charCodeAt(0) <= 0x20 || value.charCodeAt(value.length - 1) <= 0x20;
}

/** Truncates text to the limit, but never inside a surrogate pair. */
function cut(value: string): string {
  const last = value.charCodeAt(MAX_TEXT - 1);
  const next = value.charCodeAt(MAX_TEXT);
  const inPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return value.slice(0, inPair ? MAX_TEXT - 1 : MAX_TEXT);
}
