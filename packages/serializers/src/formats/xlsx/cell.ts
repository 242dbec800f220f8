import { type ByteWriter, stampOf } from '../../bytes.js';
import type { CellWriter } from '../../format.js';
import type { MendedTally } from '../../mended.js';
import { type Dialect, dialectWriter, notXml } from '../../xml/escape.js';

/** UTF-16 units that a cell takes. */
export const MAX_TEXT = 32_767;

/** Where a cell's reference goes, `"` and the rest of the cell follow it. */
export const beforeReference = '<c r="';
const numberStart = stampOf('"><v>');
const numberEnd = stampOf('</v></c>');
const textEnd = stampOf('</t></is></c>');

/** Writes a cell from behind its reference, which only a row in its place has; null: nothing. */
export function cellWriter(mended: MendedTally): CellWriter {
  const writeText = textCellWriter('', mended);
  return (writer, value) => {
    if (value === null) return;
    if (typeof value !== 'number') return writeText(writer, String(value));
    writer.stamp(numberStart);
    writer.number(value);
    writer.stamp(numberEnd);
  };
}

/** @param style attributes of the cell */
export function textCellWriter(style: string, mended: MendedTally): (writer: ByteWriter, value: string) => void {
  const writeText = dialectWriter(sheetText, mended.value);
  const start = stampOf(`"${style} t="inlineStr"><is><t>`);
  const keepingBlanks = stampOf(`"${style} t="inlineStr"><is><t xml:space="preserve">`);
  return (writer, value) => {
    writer.stamp(hasBlankEnds(value) ? keepingBlanks : start);
    if (value.length > MAX_TEXT) {
      mended.value('cutCells', value);
      writeText(writer, cut(value));
    } else writeText(writer, value);
    writer.stamp(textEnd);
  };
}

/**
 * Characters that XML cannot hold are spelled `_xHHHH_`, and so is the `_` of a text that looks like it, or will when the character
 * after it is spelled.
 */
const sheetText: Dialect = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '_x000D_' },
  spelling: { pattern: `_(?=x[0-9A-Fa-f]{4}[_\\r${notXml}])`, first: '_' },
  unwritable: notXml,
  replace: (found) => (isSurrogate(found) ? undefined : { by: spelled(found) }),
};

function spelled(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

function isSurrogate(found: string): boolean {
  const unit = found.charCodeAt(0);
  return unit >= 0xd800 && unit <= 0xdfff;
}

function hasBlankEnds(value: string): boolean {
  return value.charCodeAt(0) <= 0x20 || value.charCodeAt(value.length - 1) <= 0x20;
}

/** Never inside a surrogate pair. */
function cut(value: string): string {
  const last = value.charCodeAt(MAX_TEXT - 1);
  const next = value.charCodeAt(MAX_TEXT);
  const inPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return value.slice(0, inPair ? MAX_TEXT - 1 : MAX_TEXT);
}
