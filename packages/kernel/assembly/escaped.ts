import { byteAt, copy, ESCAPES } from './memory';
import { putCharacter } from './output';
import { asciiIn } from './sets';
import { Escape, readEscape } from './strings';

/** A table of escapes: 16 bytes for each ASCII character, beginning with the length, then the set of characters that end plain text. */
const SPECIAL: i32 = 128 * 16;
const TABLE: i32 = SPECIAL + 32;
export const TEXT_ESCAPES: i32 = ESCAPES;
export const ATTRIBUTE_ESCAPES: i32 = ESCAPES + TABLE;

/** Writes the characters of a string up to its closing quote, with the escapes of a table. @returns the address after them */
export function putEscaped(from: i32, at: i32, table: i32): i32 {
  const special = v128.load(table + SPECIAL);
  for (;;) {
    let found = 0;
    for (;;) {
      const bytes = v128.load(from);
      v128.store(at, bytes);
      found = asciiIn(bytes, special);
      if (found != 0) break;
      from += 16;
      at += 16;
    }
    const plain = ctz(found);
    from += plain;
    at += plain;
    const byte = byteAt(from);
    if (byte == 0x22) return at;
    let code = byte;
    if (byte == 0x5c) {
      code = readEscape(from);
      from = Escape.end;
    } else from++;
    const length = code < 128 ? byteAt(table + (code << 4)) : 0;
    if (length != 0) {
      copy(at, table + (code << 4) + 1, length);
      at += length;
    } else at = putCharacter(code, at);
  }
  return at;
}
