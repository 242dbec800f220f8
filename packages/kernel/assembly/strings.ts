import { HAS_ESCAPES, HAS_ODD_TEXT, note } from './line';
import { byteAt, copy, putByte, STRINGS, wordAt } from './memory';
import { putCharacter } from './output';
import { beginsSequence, isOdd } from './sets';

const QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;

/** Which of 16 bytes end a stretch of plain text: quotes, backslashes, control characters. */
@inline function endsIn(bytes: v128): i32 {
  const quoted = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)));
  return i8x16.bitmask(v128.or(quoted, i8x16.lt_u(bytes, i8x16.splat(32))));
}

/** The first byte from here on that is not plain text. The input ends with a control character, so there is one. */
@inline export function plainEnd(at: i32): i32 {
  for (;;) {
    const ends = endsIn(v128.load(at));
    if (ends != 0) return at + ctz(ends);
    at += 16;
  }
  return at;
}

/** Where the text of the next string goes that is not written as it is spelled. */
export class Strings {
  static next: i32 = 0;
}

@inline export function beginStrings(): void { Strings.next = STRINGS; }

/**
 * The address after the closing quote of a string with escapes. -1: it is malformed. Text that `JSON.stringify` may write otherwise is put in
 * its form at `Strings.next`.
 * @param from address of its opening quote
 * @param at address of its first backslash
 */
export function restOfString(from: i32, at: i32): i32 {
  for (;;) {
    const byte = byteAt(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return -1;
    const letter = byteAt(at + 1);
    if (letter == 0x75 ? !isCanonical(at) : letter == 0x2f) return respelled(from, at);
    const code = letter == 0x75 ? hexAt(at + 2) : shortEscape(letter);
    if (code < 0) return -1;
    if (isOdd(code) || beginsSequence(code)) note(HAS_ODD_TEXT);
    at += letter == 0x75 ? 6 : 2;
    if (byteAt(at) != BACKSLASH) at = plainEnd(at);
  }
  return at;
}

/** Whether `JSON.stringify` writes an escape with digits like this: of a control character without a letter, or a lone surrogate, in lower case. */
function isCanonical(at: i32): bool {
  if (!isHex(at + 2)) return false;
  const code = hexAt(at + 2);
  if (code < 32 ? shortLetter(code) != 0 : code < 0xd800 || code >= 0xe000) return false;
  if (code >= 0xd800 && code < 0xdc00 && lowSurrogateAt(at + 6) >= 0) return false;
  for (let digit = at + 2; digit < at + 6; digit++) if (byteAt(digit) >= 0x41 && byteAt(digit) <= 0x46) return false;
  return true;
}

/** The same for a string with an escape at `at` that is written otherwise. */
function respelled(from: i32, at: i32): i32 {
  note(HAS_ESCAPES);
  let to = Strings.next;
  copy(to, from, at - from);
  to += at - from;
  for (;;) {
    while (byteAt(at) == BACKSLASH) {
      const letter = byteAt(at + 1);
      let code: i32;
      if (letter == 0x75) {
        if (!isHex(at + 2)) return -1;
        code = hexAt(at + 2);
        at += 6;
        if (code >= 0xd800 && code < 0xdc00) {
          const low = lowSurrogateAt(at);
          if (low >= 0) {
            code = joinSurrogates(code, low);
            at += 6;
          }
        }
      } else {
        code = shortEscape(letter);
        if (code < 0) return -1;
        at += 2;
      }
      if (isOdd(code) || beginsSequence(code)) note(HAS_ODD_TEXT);
      to = putJsonCharacter(code, to);
    }
    let ends = 0;
    for (;;) {
      const bytes = v128.load(at);
      v128.store(to, bytes);
      ends = endsIn(bytes);
      if (ends != 0) break;
      at += 16;
      to += 16;
    }
    const plain = ctz(ends);
    at += plain;
    to += plain;
    const byte = byteAt(at);
    if (byte == QUOTE) {
      Strings.next = to + 1;
      return at + 1;
    }
    if (byte != BACKSLASH) return -1;
  }
  return at;
}

/** The character for a backslash and this letter. -1: none. */
function shortEscape(letter: i32): i32 {
  if (letter == 0x6e) return 10;
  if (letter == QUOTE || letter == BACKSLASH || letter == 0x2f) return letter;
  if (letter == 0x74) return 9;
  if (letter == 0x72) return 13;
  if (letter == 0x62) return 8;
  if (letter == 0x66) return 12;
  return -1;
}

/** The letter after a backslash for this character. 0: none. */
function shortLetter(code: i32): i32 {
  if (code == 10) return 0x6e;
  if (code == QUOTE || code == BACKSLASH) return code;
  if (code == 9) return 0x74;
  if (code == 13) return 0x72;
  if (code == 8) return 0x62;
  if (code == 12) return 0x66;
  return 0;
}

/** Whether four bytes are hexadecimal digits. */
@inline function isHex(at: i32): bool {
  const bytes = v128.load32_zero(at);
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(32)), i8x16.splat(0x61)), i8x16.splat(6));
  return (i8x16.bitmask(v128.or(digits, letters)) & 15) == 15;
}

/** The value of four hexadecimal digits: of a letter, the lowest bits are 9 less. */
@inline function hexAt(at: i32): i32 {
  const text = wordAt(at);
  const digits = (text & 0x0f0f0f0f) + ((text >>> 6) & 0x01010101) * 9;
  return ((digits & 15) << 12) | (digits & 0xf00) | ((digits >>> 12) & 0xf0) | (digits >>> 24);
}

function lowSurrogateAt(at: i32): i32 {
  if (byteAt(at) != BACKSLASH || byteAt(at + 1) != 0x75 || !isHex(at + 2)) return -1;
  const code = hexAt(at + 2);
  return code >= 0xdc00 && code < 0xe000 ? code : -1;
}

@inline function joinSurrogates(high: i32, low: i32): i32 { return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00); }

/** The character of an escape in a well-formed string. A lone surrogate counts as a character. */
export class Escape {
  static end: i32 = 0;
}
export function readEscape(at: i32): i32 {
  const letter = byteAt(at + 1);
  Escape.end = at + 2;
  if (letter != 0x75) return shortEscape(letter);
  const code = hexAt(at + 2);
  Escape.end = at + 6;
  if (code < 0xd800 || code >= 0xdc00) return code;
  const low = lowSurrogateAt(at + 6);
  if (low < 0) return code;
  Escape.end = at + 12;
  return joinSurrogates(code, low);
}

/** Whether a string begins or ends with a blank or control character. @param from after its opening quote @param end address of its closing quote */
export function hasBlankEnds(from: i32, end: i32): bool {
  if (from == end) return false;
  if (byteAt(from) == 0x20 || byteAt(end - 1) == 0x20) return true;
  if (byteAt(from) == BACKSLASH && readEscape(from) <= 0x20) return true;
  const last = isEscape(from, end - 2) ? end - 2 : isEscape(from, end - 6) ? end - 6 : 0;
  // The escape of another letter may end before the string does.
  return last != 0 && (byteAt(last + 1) == 0x75) == (last == end - 6) && readEscape(last) <= 0x20;
}

/** Whether an escape begins at an address: it has a backslash that is not escaped itself. */
function isEscape(from: i32, at: i32): bool {
  let before = at;
  while (before >= from && byteAt(before) == BACKSLASH) before--;
  return ((at - before) & 1) == 1;
}

/** Writes a character of a string in the form of `JSON.stringify`. @returns the address after it */
function putJsonCharacter(code: i32, at: i32): i32 {
  if (code >= 0x80 && code < 0x800) {
    store<u16>(at, 0x80c0 | (code >> 6) | ((code & 63) << 8));
    return at + 2;
  }
  if (code >= 0x80 && (code < 0xd800 || code >= 0xe000)) return putCharacter(code, at);
  const letter = shortLetter(code);
  if (letter != 0) {
    putByte(at, BACKSLASH);
    putByte(at + 1, letter);
    return at + 2;
  }
  if (code >= 32 && code < 0x80) return putCharacter(code, at);
  putByte(at, BACKSLASH);
  putByte(at + 1, 0x75);
  for (let digit = 0; digit < 4; digit++) {
    const value = (code >> (12 - (digit << 2))) & 15;
    putByte(at + 2 + digit, value < 10 ? 0x30 + value : 0x57 + value);
  }
  return at + 6;
}
