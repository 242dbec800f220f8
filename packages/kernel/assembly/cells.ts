import { byteAt, CELLS, copy, LENGTHS, LENGTHS_END, LONGS, LONGS_END, ORDER, putByte, putWord, TAPE, wordAt } from './memory';
import { COLUMN } from './nodes';
import {
  AFTER_ROW, AFTER_TEXT, AFTER_VALUE, BEFORE_BLANKS, BEFORE_ROW, BEFORE_TEXT, BEFORE_VALUE, BETWEEN_CELLS, GAP_CELL, GUARD, NULL_CELL,
  Output, putPiece,
} from './output';
import { putEscaped, TEXT_ESCAPES } from './escaped';
import { Fields } from './fields';
import { Scan } from './scan';
import { characterAt, isGuarded } from './sets';
import { hasBlankEnds, readEscape } from './strings';
import { afterValue, BOOLEAN, endOf, kindOf, nodeAt, NULL, OBJECT, startOf, TEXT, TOKEN } from './tape';

/** Asks the host for the column of a node. @returns its number, 1-based; -1: the node has no column; 0: there is no room for it */
@external('host', 'columnOf')
declare function columnOf(node: i32): i32;

/** Size of a cell in bytes: its token, and the serial of its record. */
const CELL: i32 = 8;

/** Lengths from here on do not fit in a byte. */
const LONG: i32 = 255;

export class Cells {
  /** Number of columns with a place in rows: those from 1 to this number. Columns with higher numbers have no place yet. */
  static count: i32 = 0;
  static serial: i32 = 0;
  static place: i32 = 0;
  /** Whether text without escapes is written as it is. */
  static plainText: bool = false;
  /** Whether this is so with its quotes. */
  static quotedText: bool = false;
  /** Whether the dialect guards text that begins with some characters. */
  static guards: bool = false;
  /** Whether it marks text that begins or ends with blanks. */
  static marksBlanks: bool = false;
  /** Bytes of the longest text in a cell. */
  static longest: i32 = 0;
  /** Addresses at which the length of the next cell is stored, and the next length that does not fit in a byte. */
  static lengths: i32 = LENGTHS;
  static longs: i32 = LONGS;
  /** Offset of the end of the last cell in the output. */
  static end: i32 = 0;
  /** Whether the row has a column for which the region of cells has no room. */
  static isTooWide: bool = false;
}

/** Finds the cells of the record. @returns false: it has columns without a place */
export function collectCells(): bool {
  Cells.serial = ++Scan.serial;
  Cells.place = -1;
  Cells.isTooWide = false;
  if (Fields.isWhole) return setCells(TAPE, Scan.tape);
  let settled = true;
  for (let place = 0; place < Fields.count; place++) {
    const token = wordAt(Fields.list + (place << 2));
    if (kindOf(token) < OBJECT) {
      settled = setCell(token) && settled;
      continue;
    }
    settled = setCells(token, afterValue(token)) && settled;
  }
  return settled;
}

/** Finds the cells of the values inside of a container. */
function setCells(container: i32, end: i32): bool {
  let settled = true;
  for (let token = container + TOKEN; token < end; token += TOKEN) {
    if (kindOf(token) < OBJECT) settled = setCell(token) && settled;
  }
  return settled;
}

@inline function setCell(token: i32): bool {
  const node = nodeAt(token);
  let column = wordAt(node + COLUMN);
  if (column == 0) {
    column = columnOf(node);
    if (column == 0) {
      Cells.isTooWide = true;
      return true;
    }
    putWord(node + COLUMN, column);
  }
  if (column < 0) return true;
  const cell = CELLS + column * CELL;
  putWord(cell, token);
  putWord(cell + 4, Cells.serial);
  return column <= Cells.count;
}

/** Whether the record has a text that is too long for a cell. */
export function hasLongText(): bool {
  if (Fields.isWhole) return hasLong(TAPE + TOKEN, Scan.tape);
  for (let place = 0; place < Fields.count; place++) {
    const token = wordAt(Fields.list + (place << 2));
    if (hasLong(token, afterValue(token))) return true;
  }
  return false;
}

function hasLong(from: i32, end: i32): bool {
  for (let token = from; token < end; token += TOKEN) {
    const kind = kindOf(token);
    if (kind >= TEXT && kind < OBJECT && endOf(token) - startOf(token) - 2 > Cells.longest) return true;
  }
  return false;
}

/** Whether the lengths of another row have room, unless very many of them are long. Otherwise the row would be interrupted. */
export function hasRoomForRow(): bool {
  return LENGTHS_END - Cells.lengths >= Cells.count && Cells.longs < LONGS + ((LONGS_END - LONGS) >> 1);
}

/** Continues to write the row. @returns whether it is complete; otherwise the output is full */
export function writeRow(): bool {
  // Kept in variables: to load and store a global for each piece takes longer than to copy it.
  let at = Output.at;
  let lengths = Cells.lengths;
  let end = Cells.end;
  let place = Cells.place;
  if (place < 0) {
    at = putPiece(BEFORE_ROW, at);
    place = 0;
  }
  const count = Cells.count;
  const serial = Cells.serial;
  const most = Output.most;
  for (; place < count; place++) {
    if (at > most || lengths == LENGTHS_END || Cells.longs == LONGS_END) break;
    if (place > 0) at = putPiece(BETWEEN_CELLS, at);
    const cell = CELLS + wordAt(ORDER + (place << 2)) * CELL;
    at = wordAt(cell + 4) == serial ? putCell(wordAt(cell), at) : putPiece(GAP_CELL, at);
    const length = at - end;
    end = at;
    putByte(lengths++, min(length, LONG));
    if (length >= LONG) {
      putWord(Cells.longs, length);
      Cells.longs += 4;
    }
  }
  Cells.place = place;
  Cells.lengths = lengths;
  Cells.end = end;
  const isComplete = place == count;
  Output.at = isComplete ? putPiece(AFTER_ROW, at) : at;
  return isComplete;
}

/** Writes a cell at an address. @returns the address after it */
@inline function putCell(token: i32, at: i32): i32 {
  const kind = kindOf(token);
  const start = startOf(token);
  const end = endOf(token);
  if (kind >= TEXT) {
    if (kind != TEXT || !Cells.quotedText || Cells.guards) return putText(token, at);
    copy(at, start, end - start);
    return at + end - start;
  }
  if (kind == NULL) return putPiece(NULL_CELL, at);
  at = putPiece(kind == BOOLEAN ? BEFORE_TEXT : BEFORE_VALUE, at);
  copy(at, start, end - start);
  return putPiece(kind == BOOLEAN ? AFTER_TEXT : AFTER_VALUE, at + end - start);
}

function putText(token: i32, at: i32): i32 {
  const start = startOf(token) + 1;
  at = putPiece(Cells.marksBlanks && hasBlankEnds(start, endOf(token) - 1) ? BEFORE_BLANKS : BEFORE_TEXT, at);
  if (Cells.guards && isGuarded(firstCharacter(start))) at = putPiece(GUARD, at);
  if (kindOf(token) == TEXT && Cells.plainText) {
    const length = endOf(token) - start - 1;
    copy(at, start, length);
    at += length;
  } else at = putEscaped(start, at, TEXT_ESCAPES);
  return putPiece(AFTER_TEXT, at);
}

/** The first character of a string. @param at address after the opening quote */
function firstCharacter(at: i32): i32 {
  if (byteAt(at) == 0x5c) return readEscape(at);
  return byteAt(at) == 0x22 ? -1 : characterAt(at);
}

export function getLengths(): i32 { return Cells.lengths; }
export function getLongs(): i32 { return Cells.longs; }
export function getCellsEnd(): i32 { return Cells.end; }
