import { copy, PIECES, putByte, wordAt } from './memory';

export class Output {
  /** Where the output begins. */
  static from: i32 = 0;
  static at: i32 = 0;
  /** After this address no new record is begun. */
  static full: i32 = 0;
  /** After this address a record stops, to be continued in the next output. */
  static limit: i32 = 0;
  /** After this address a record that was begun is interrupted. Most records end before it, and are handed out whole. */
  static most: i32 = 0;
}

/** Offsets of the texts of the dialect. Each has 256 bytes: the length, then the text. */
export const BETWEEN_RECORDS: i32 = 0;
export const AFTER_RECORD: i32 = 1;
export const BEFORE_ROW: i32 = 2;
export const BETWEEN_CELLS: i32 = 3;
export const AFTER_ROW: i32 = 4;
/** Written for a column without a cell in the row. */
export const GAP_CELL: i32 = 5;
export const NULL_CELL: i32 = 6;
export const BEFORE_TEXT: i32 = 7;
export const AFTER_TEXT: i32 = 8;
/** Written before text that begins with a guarded character. */
export const GUARD: i32 = 11;
/** Written before numbers. */
export const BEFORE_VALUE: i32 = 9;
export const AFTER_VALUE: i32 = 10;

/** Written after the name of an element: before a value, before elements inside, and if there is neither. */
export const AFTER_NAME: i32 = 12;
export const AFTER_OUTER: i32 = 13;
export const AFTER_EMPTY: i32 = 14;
/** Written instead of BEFORE_TEXT before text in a cell that begins or ends with a blank or control character. */
export const BEFORE_BLANKS: i32 = 15;

@inline export function writeByte(value: i32): void {
  putByte(Output.at, value);
  Output.at++;
}

@inline export function writeBytes(from: i32, count: i32): void {
  copy(Output.at, from, count);
  Output.at += count;
}

/** Writes a text of the dialect at an address. @returns the address after it */
@inline export function putPiece(piece: i32, at: i32): i32 {
  const text = PIECES + (piece << 8);
  const length = wordAt(text);
  copy(at, text + 4, length);
  return at + length;
}

@inline export function writePiece(piece: i32): void { Output.at = putPiece(piece, Output.at); }

/** Writes a character as UTF-8. @returns the address after it */
export function putCharacter(code: i32, at: i32): i32 {
  if (code < 0x80) {
    putByte(at, code);
    return at + 1;
  }
  if (code < 0x800) {
    putByte(at, 0xc0 | (code >> 6));
    putByte(at + 1, 0x80 | (code & 63));
    return at + 2;
  }
  if (code < 0x10000) {
    putByte(at, 0xe0 | (code >> 12));
    putByte(at + 1, 0x80 | ((code >> 6) & 63));
    putByte(at + 2, 0x80 | (code & 63));
    return at + 3;
  }
  putByte(at, 0xf0 | (code >> 18));
  putByte(at + 1, 0x80 | ((code >> 12) & 63));
  putByte(at + 2, 0x80 | ((code >> 6) & 63));
  putByte(at + 3, 0x80 | (code & 63));
  return at + 4;
}
