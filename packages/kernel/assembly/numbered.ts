import { byteAt, copy, INPUT, wordAt } from './memory';

/** In place of a length that does not fit in a byte. */
const LONG: i32 = 255;

/** Texts in the form of `put`, by the lower four bits of the first byte of a cell: after the number of its row, and after its value. */
const STARTS: i32 = 0;
const ENDS: i32 = STARTS + 16 * 64;
/** Before the number of a row, after it, and after the last cell of the row. */
const ROW_START: i32 = ENDS + 16 * 64;
const NUMBER_END: i32 = ROW_START + 64;
const ROW_END: i32 = NUMBER_END + 64;

export class Numbered {
  /** Address of the texts. */
  static texts: i32 = 0;
  /** Addresses of the next cell, of its length, and of the next length that does not fit in a byte. */
  static cell: i32 = 0;
  static lengths: i32 = 0;
  static longs: i32 = 0;
  /** Where the output continues, and the addresses from which no row and no cell is begun. */
  static at: i32 = 0;
  static full: i32 = 0;
  static most: i32 = 0;
  /** Number of cells of the current row that are written. -1: the row is not begun. */
  static place: i32 = -1;
}

export function setNumberedTexts(texts: i32): void { Numbered.texts = texts; }

/** Sets cells to be written: one after the other from the start of the input. */
export function setNumberedCells(lengths: i32, longs: i32): void {
  Numbered.cell = INPUT;
  Numbered.lengths = lengths;
  Numbered.longs = longs;
  Numbered.place = -1;
}

export function setNumberedOutput(from: i32, full: i32, most: i32): void {
  Numbered.at = from;
  Numbered.full = full;
  Numbered.most = most;
}

export function getNumberedOutput(): i32 { return Numbered.at; }
/** Whether a row is written only in part. */
export function isInNumbered(): bool { return Numbered.place >= 0; }

/**
 * Writes rows of which each cell has the number of its row in it. All have cells in the same columns. The first row may have been begun.
 * @param number of the first row
 * @param count number of rows
 * @param plan address of a word for each cell of a row: the address of what stands before the number of the row; 0: the cell is left out
 * @param cells number of cells of a row
 * @returns number of rows that are complete. If it is less than `count`, the output is full
 */
export function writeNumbered(number: i32, count: i32, plan: i32, cells: i32): i32 {
  const texts = Numbered.texts;
  const full = Numbered.full;
  const most = Numbered.most;
  let at = Numbered.at;
  let cell = Numbered.cell;
  let lengths = Numbered.lengths;
  let place = Numbered.place;
  let done = 0;
  for (; done < count; done++, number++) {
    const size = digitsOf(number);
    const digits = digitsIn(number, size);
    if (place < 0) {
      if (at >= full) break;
      at = put(texts + ROW_START, at);
      store<u64>(at, digits);
      at = put(texts + NUMBER_END, at + size);
      place = 0;
    }
    for (; place < cells; place++) {
      if (at >= most) break;
      const value = cell;
      let length = byteAt(lengths++);
      if (length == LONG) {
        length = wordAt(Numbered.longs);
        Numbered.longs += 4;
      }
      cell += length;
      const reference = wordAt(plan + (place << 2));
      // No cell, or one of a column that is left out.
      if (length == 0 || reference == 0) continue;
      const kind = texts + ((byteAt(value) & 15) << 6);
      v128.store(at, v128.load(reference, 4));
      at += wordAt(reference);
      store<u64>(at, digits);
      at = put(kind + STARTS, at + size);
      copy(at, value + 1, length - 1);
      at = put(kind + ENDS, at + length - 1);
    }
    if (place < cells) break;
    at = put(texts + ROW_END, at);
    place = -1;
  }
  Numbered.at = at;
  Numbered.cell = cell;
  Numbered.lengths = lengths;
  Numbered.place = place;
  return done;
}

/** Writes a text of at most 48 bytes at an address: its length, then its bytes. @returns the address after it */
@inline function put(text: i32, at: i32): i32 {
  const length = wordAt(text);
  v128.store(at, v128.load(text, 4));
  if (length > 16) {
    v128.store(at + 16, v128.load(text + 16, 4));
    if (length > 32) v128.store(at + 32, v128.load(text + 32, 4));
  }
  return at + length;
}

/** Number of digits of a number below 100,000,000. */
function digitsOf(number: i32): i32 {
  let size = 1;
  for (let most = 10; number >= most; most *= 10) size++;
  return size;
}

/** The digits as text, the first one in the lowest byte. */
function digitsIn(number: i32, size: i32): u64 {
  let digits: u64 = 0;
  for (; size > 0; size--) {
    digits = (digits << 8) | (0x30 + number % 10);
    number /= 10;
  }
  return digits;
}
