import { Fields, noteFields } from './fields';
import { byteAt, copy, putByte, TAPE, wordAt } from './memory';
import { ACTION, IN_RECORD, KEY_LENGTH, LEAVE_OUT, WRITTEN } from './nodes';
import { AFTER_RECORD, BETWEEN_RECORDS, Output, putPiece, writeBytes, writePiece } from './output';
import { afterValue, CLOSE, endOf, kindOf, nodeAt, startOf, TOKEN } from './tape';

/** How items are written whose text is in the form of `JSON.stringify`. */
export class Verbatim {
  /** They are copied unchanged. */
  static isWhole: bool = false;
  /** So are the line feeds after them, so that lines of the input can be the output without a copy. */
  static keepsLines: bool = false;
  /** The text between fields that are left out is copied unchanged. */
  static isRest: bool = false;
  /** The lines of the input that are the output so far, as their address. 0: the output is in its own region. */
  static lines: i32 = 0;
  /** After this address no more of them are added. */
  static full: i32 = 0;
}

export function setVerbatim(whole: bool, lineFeedAfter: bool, rest: bool): void {
  Verbatim.isWhole = whole;
  Verbatim.keepsLines = lineFeedAfter;
  Verbatim.isRest = rest;
}

/** The address of the output, if it is a part of the input. 0: it is in its own region. */
export function getLines(): i32 { return Verbatim.lines; }

/** Writes a canonical item by copying text. @returns false: nothing is written */
export function writeCanonical(item: i32, end: i32, isFirstRecord: bool): bool {
  if (!Verbatim.isWhole) return Verbatim.isRest && Fields.isRest && writeRest(item, end, isFirstRecord);
  writeWhole(item, end, isFirstRecord);
  return true;
}

function writeWhole(item: i32, end: i32, isFirstRecord: bool): void {
  const length = Output.at - Output.from;
  if (Verbatim.keepsLines && byteAt(end) == 10 && (length == 0 || (Verbatim.lines != 0 && Verbatim.lines + length == item))) {
    if (length == 0) Verbatim.lines = item;
    Output.at += end + 1 - item;
    return;
  }
  copyLines();
  if (!isFirstRecord) writePiece(BETWEEN_RECORDS);
  writeBytes(item, end - item);
  writePiece(AFTER_RECORD);
}

/** Puts lines of the input that are the output so far into the region of the output, because something else comes after them. */
export function copyLines(): void {
  if (Verbatim.lines != 0) memory.copy(Output.from, Verbatim.lines, Output.at - Output.from);
  Verbatim.lines = 0;
}

/**
 * Writes a canonical item without the fields that are left out: what is between these is copied.
 * @returns false: nothing is written, because it has fields with other actions
 */
function writeRest(item: i32, end: i32, isFirstRecord: bool): bool {
  let at = isFirstRecord ? Output.at : putPiece(BETWEEN_RECORDS, Output.at);
  putByte(at++, 0x7b);
  /** The first byte of the text that is not copied yet. */
  let from = item + 1;
  let isFirst = true;
  let noted = IN_RECORD;
  let token = TAPE + TOKEN;
  for (; kindOf(token) != CLOSE; token = afterValue(token)) {
    const node = nodeAt(token);
    const action = wordAt(node + ACTION);
    noted &= wordAt(node + WRITTEN);
    if (action == 0) continue;
    if (action != LEAVE_OUT) return false;
    const key = startOf(token) - wordAt(node + KEY_LENGTH) - 1;
    if (key > from) {
      if (!isFirst) putByte(at++, 0x2c);
      copy(at, from, key - 1 - from);
      at += key - 1 - from;
      isFirst = false;
    }
    from = endOf(token) + 1;
  }
  if (noted == 0) noteFields();
  if (from == item + 1) {
    writeWhole(item, end, isFirstRecord);
    return true;
  }
  copyLines();
  const close = startOf(token);
  if (close > from) {
    if (!isFirst) putByte(at++, 0x2c);
    copy(at, from, close - from);
    at += close - from;
  }
  putByte(at, 0x7d);
  Output.at = at + 1;
  writePiece(AFTER_RECORD);
  return true;
}
