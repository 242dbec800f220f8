import { rowWalker } from '../../table/rows.js';
import type { Table } from '../../table/table.js';
import { planRow, type SheetRows } from './rows.js';

/** Rows looked at: those of the first block at most, so that nothing is read twice. */
const SAMPLE = 100;
const NARROWEST = 12;
const WIDEST = 40;
/** The button of the filter covers so much of a name. */
const BUTTON = 4;

/** Of each column, in characters: room for its name and for what the first rows hold, within bounds. */
export async function columnWidths(columns: readonly string[], table: Table, rows: SheetRows): Promise<number[]> {
  const widths = columns.map((name) => Math.max(name.length + BUTTON, NARROWEST));
  if (columns.length > 0 && (await rows.more())) {
    const { bytes, ends } = rows.block;
    const cursor = rowWalker(table, planRow)(rows.block);
    for (let row = 0; row < SAMPLE && cursor.advance(); row++) {
      const { cells, positions } = cursor.plan;
      for (const [index, position] of positions.entries()) {
        const cell = cursor.firstCell + (cells[index] as number);
        const shown = shownLength(bytes, cell === 0 ? 0 : (ends[cell - 1] as number), ends[cell] as number);
        if (shown >= (widths[position] as number)) widths[position] = shown + 1;
      }
    }
  }
  return widths.map((width) => Math.min(width, WIDEST));
}

const TAG_START = 0x3c;
const TAG_END = 0x3e;

/** Characters between the tags of a written cell, which begins inside one; those of East Asia and emoji count twice. */
function shownLength(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  let inTag = true;
  for (let at = start; at < end && length < WIDEST; at++) {
    const byte = bytes[at] as number;
    if (byte === TAG_START) inTag = true;
    else if (byte === TAG_END) inTag = false;
    else if (!inTag && (byte & 0xc0) !== 0x80) length += byte >= 0xe3 ? 2 : 1;
  }
  return length;
}
