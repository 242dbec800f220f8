import { Decimal, readDecimal } from './decimal';
import { HAS_NUMBER, HAS_ODD_NUMBER, note } from './line';
import { byteAt, NUMBERS, NUMBERS_END, putByte, sameBytes } from './memory';
import { MOST_WHOLE, putDecimal } from './printed';
import { IS_CHANGED, NOT_KNOWN, SAME, shortenDecimal } from './shortest';

/**
 * Writes a number as JavaScript prints it at an address with room for 32 bytes.
 * @returns the number of bytes, and `CHANGED` if it is another decimal number. 0: JavaScript prints the same text; -1: it is no finite number
 */
@external('host', 'print')
declare function print(from: i32, end: i32, to: i32): i32;
const CHANGED: i32 = 0x100;

/** The host looks at an item with changed numbers. @returns whether it wants to look at the next one too */
@external('host', 'lookAt')
declare function lookAt(start: i32, end: i32): bool;

/** Room in bytes for a printed number, and for what copying it may touch. */
const NUMBER_SIZE: i32 = 48;

/** The text of a number that is not written as it is spelled. */
export class Printed {
  static start: i32 = 0;
  static end: i32 = 0;
}

class Numbers {
  /** Numbers are written as they are spelled. */
  static exact: bool = false;
  /** Where the next printed number goes. */
  static next: i32 = NUMBERS;
  /** Number of changed ones in the item. */
  static changed: i32 = 0;
  /** And in items that the host does not look at. */
  static counted: i32 = 0;
  static wantsMore: bool = false;
}

export function setNumbers(exact: bool, wantsMore: bool): void {
  Numbers.exact = exact;
  Numbers.wantsMore = wantsMore;
  Numbers.counted = 0;
}

@inline export function beginNumbers(): void {
  Numbers.next = NUMBERS;
  Numbers.changed = 0;
}

/** Counts the changed numbers of an item that is written. */
@inline export function countNumbers(start: i32, end: i32): void {
  if (Numbers.changed == 0) return;
  if (Numbers.wantsMore) Numbers.wantsMore = lookAt(start, end);
  else Numbers.counted += Numbers.changed;
}

export function takeChanged(): i32 {
  const counted = Numbers.counted;
  Numbers.counted = 0;
  return counted;
}

/** The first byte from here on that is no digit. Most numbers are shorter than 16 digits, and a loop over them costs a wrong prediction each. */
@inline function digitsEnd(at: i32): i32 {
  for (;;) {
    const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(at), i8x16.splat(0x30)), i8x16.splat(10)));
    if (digits != 0xffff) return at + ctz(~digits);
    at += 16;
  }
  return at;
}

/**
 * The address after a number. -1: it is not a number. Less: the address is its negative, and the text to write is `Printed`, because
 * JavaScript prints another one.
 */
export function numberEnd(from: i32): i32 {
  const first = byteAt(from) == 0x2d ? from + 1 : from;
  const at = digitsEnd(first);
  if (at == first || (byteAt(first) == 0x30 && at != first + 1)) return -1;
  const byte = byteAt(at);
  if (byte == 0x2e || (byte | 32) == 0x65) return fractionEnd(from, first, at);
  if (at - first > 15) return printedEnd(from, first, at, at, at);
  // Of `-0`, JavaScript prints no sign.
  return first != from && byteAt(first) == 0x30 ? printedAs(first, at, at) : at;
}

/** The address after the fraction or exponent. @param point address of the point, or of the letter of an exponent */
function fractionEnd(from: i32, first: i32, point: i32): i32 {
  let at = point;
  let byte = byteAt(at);
  if (byte == 0x2e) {
    at = digitsEnd(++at);
    if (at == point + 1) return -1;
    byte = byteAt(at);
  }
  const last = at;
  if ((byte | 32) == 0x65) {
    byte = byteAt(++at);
    if (byte == 0x2b || byte == 0x2d) at++;
    const end = digitsEnd(at);
    return end == at ? -1 : printedEnd(from, first, point, last, end);
  }
  const isSmall = byteAt(first) == 0x30;
  // A decimal of at most 15 digits is the shortest text of its double, but JavaScript prints no zeros at the end, and below 1e-6 an exponent.
  if (byteAt(at - 1) == 0x30 || at - first - (isSmall ? 2 : 1) > 15) return printedEnd(from, first, point, last, at);
  return isSmall && startsSmall(point + 1) ? printedEnd(from, first, point, last, at) : at;
}

/** Whether a fraction begins with six zeros. */
function startsSmall(at: i32): bool {
  for (let index = 0; index < 6; index++) if (byteAt(at + index) != 0x30) return false;
  return true;
}

/** A number of which a part is written. @param end address after the number */
function printedAs(from: i32, last: i32, end: i32): i32 {
  if (Numbers.exact) return end;
  note(HAS_NUMBER);
  Printed.start = from;
  Printed.end = last;
  return -end;
}

/**
 * A number that JavaScript may print otherwise.
 * @param point address of the point, or of the end of the digits
 * @param last address after the last digit before an exponent
 * @returns as `numberEnd`
 */
function printedEnd(from: i32, first: i32, point: i32, last: i32, end: i32): i32 {
  if (Numbers.exact) return end;
  readDecimal(first, point, last, end);
  if (Decimal.digits == 0) return end == first + 1 && first == from ? end : printedAs(first, first + 1, end);
  const result = shortenDecimal();
  // Text without an exponent in this range is as JavaScript prints it, unless a fraction ends with zeros.
  const isPlain = byteAt(first) == 0x30 ? !startsSmall(point + 1) : point - first <= MOST_WHOLE;
  if (result == SAME && last == end && isPlain && (point == last || byteAt(last - 1) != 0x30)) return end;
  const text = Numbers.next;
  if (text + NUMBER_SIZE > NUMBERS_END) {
    note(HAS_ODD_NUMBER);
    return end;
  }
  if (result == NOT_KNOWN) return hostEnd(from, end, text);
  let at = text;
  if (first != from) putByte(at++, 0x2d);
  at = putDecimal(at);
  if (result == IS_CHANGED) Numbers.changed++;
  else if (at - text == end - from && sameBytes(text, from, end - from)) return end;
  Numbers.next = text + NUMBER_SIZE;
  return printedAs(text, at, end);
}

/** A number that the host prints. */
function hostEnd(from: i32, end: i32, text: i32): i32 {
  const printed = print(from, end, text);
  if (printed == 0) return end;
  if (printed < 0) {
    note(HAS_ODD_NUMBER);
    return end;
  }
  Numbers.next = text + NUMBER_SIZE;
  if ((printed & CHANGED) != 0) Numbers.changed++;
  return printedAs(text, text + (printed & 0xff), end);
}
