import { byteAt, SETS, wordAt } from './memory';

/**
 * The first bytes of characters that the dialect cannot write. A set of bytes takes 32 bytes: for each low half of a byte, the high halves 0 to 7
 * that are in the set, as bits; then the same for 8 to 15. Then come the ranges of characters: their number, and the first and last of each.
 */
const ODD_LEADS: i32 = SETS;
const ODD_RANGES: i32 = SETS + 64;
/** The least of those first bytes. */
const LEAST_ODD_LEAD: i32 = SETS + 0x7fc;
/** Characters that are guarded at the start of text in a cell: their number, then the characters. */
const GUARDED: i32 = SETS + 0x800;

/** Characters that the dialect cannot write one after the other: their number, the first two as bytes, and a set for each. */
const SEQUENCE: i32 = SETS + 0x900;
const SEQUENCE_SETS: i32 = SEQUENCE + 16;

const BITS_LOW = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
const BITS_HIGH = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, -128);

/** Which of 16 bytes are in a set of ASCII characters, as bits. */
@inline export function asciiIn(bytes: v128, set: v128): i32 {
  const low = i8x16.swizzle(set, v128.and(bytes, i8x16.splat(15)));
  const found = v128.and(low, i8x16.swizzle(BITS_LOW, i8x16.shr_u(bytes, 4)));
  return i8x16.bitmask(i8x16.ne(found, i8x16.splat(0)));
}

/** The same for any set. */
@inline function bytesIn(bytes: v128, low: v128, high: v128): i32 {
  const half = v128.and(bytes, i8x16.splat(15));
  const top = i8x16.shr_u(bytes, 4);
  const found = v128.or(
    v128.and(i8x16.swizzle(low, half), i8x16.swizzle(BITS_LOW, top)),
    v128.and(i8x16.swizzle(high, half), i8x16.swizzle(BITS_HIGH, top)),
  );
  return i8x16.bitmask(i8x16.ne(found, i8x16.splat(0)));
}

/** Whether the dialect cannot write a character, so that the item needs the steps. */
@inline export function isOdd(code: i32): bool { return wordAt(ODD_RANGES) != 0 && isInOddRange(code); }

function isInOddRange(code: i32): bool {
  const count = wordAt(ODD_RANGES);
  for (let range = 0; range < count; range++) {
    const at = ODD_RANGES + 4 + (range << 3);
    if (code >= wordAt(at) && code <= wordAt(at + 4)) return true;
  }
  return false;
}

export function isGuarded(code: i32): bool {
  const count = wordAt(GUARDED);
  for (let index = 0; index < count; index++) if (wordAt(GUARDED + 4 + (index << 2)) == code) return true;
  return false;
}

/** Whether UTF-8 text contains such a character. It reads up to 63 bytes after the end. */
export function hasOdd(from: i32, end: i32): bool {
  const least = i8x16.splat(i8(wordAt(LEAST_ODD_LEAD)));
  for (let at = from; at < end; at += 64) {
    // Most text has none of their first bytes, or of larger ones.
    const first = i8x16.max_u(v128.load(at), v128.load(at + 16));
    const largest = i8x16.max_u(first, i8x16.max_u(v128.load(at + 32), v128.load(at + 48)));
    if (v128.any_true(i8x16.ge_u(largest, least)) && hasOddIn(at, min(at + 64, end))) return true;
  }
  return false;
}

function hasOddIn(from: i32, end: i32): bool {
  const low = v128.load(ODD_LEADS);
  const high = v128.load(ODD_LEADS + 16);
  for (let at = from; at < end; at += 16) {
    let found = bytesIn(v128.load(at), low, high);
    for (; found != 0; found &= found - 1) {
      const lead = at + ctz(found);
      if (lead >= end) break;
      if (isOdd(characterAt(lead))) return true;
    }
  }
  return false;
}

/** The character whose first byte is here. */
export function characterAt(at: i32): i32 {
  const lead = byteAt(at);
  if (lead < 0x80) return lead;
  const second = byteAt(at + 1) & 63;
  if (lead < 0xe0) return ((lead & 31) << 6) | second;
  const third = byteAt(at + 2) & 63;
  if (lead < 0xf0) return ((lead & 15) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (byteAt(at + 3) & 63);
}

/** Whether a character may begin such a sequence with an escape, as one of its first two. */
@inline export function beginsSequence(code: i32): bool {
  return wordAt(SEQUENCE) != 0 && (code == byteAt(SEQUENCE + 4) || code == byteAt(SEQUENCE + 5));
}

/** Whether UTF-8 text contains such a sequence. Anything may follow from an escape in it. It reads up to 31 bytes after the end. */
export function hasSequence(from: i32, end: i32): bool {
  if (wordAt(SEQUENCE) == 0) return false;
  const first = i8x16.splat(i8(byteAt(SEQUENCE + 4)));
  const second = i8x16.splat(i8(byteAt(SEQUENCE + 5)));
  for (let at = from; at < end; at += 16) {
    const both = v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + 1), second));
    for (let found = i8x16.bitmask(both); found != 0; found &= found - 1) if (isSequence(at + ctz(found))) return true;
  }
  return false;
}

function isSequence(at: i32): bool {
  const count = wordAt(SEQUENCE);
  for (let index = 2; index < count; index++) {
    const byte = byteAt(at + index);
    if (byte == 0x5c) return true;
    const set = SEQUENCE_SETS + (index << 5) + (byte < 128 ? 0 : 16);
    if ((byteAt(set + (byte & 15)) & (1 << ((byte >> 4) & 7))) == 0) return false;
  }
  return true;
}
