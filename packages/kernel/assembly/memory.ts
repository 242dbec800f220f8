/** Size of the gaps between regions of memory. Nothing is written to them, which tests check. */
const GAP: i32 = 1024;

/** Open arrays and objects of the item being scanned. */
export const FRAMES: i32 = 0x10000;
export const FRAMES_END: i32 = FRAMES + 0x10000;
/** Texts of the dialect around records, rows and cells. */
export const PIECES: i32 = FRAMES_END + GAP;
export const PIECES_END: i32 = PIECES + 0x4000;
/** Two tables of escapes: of text and of attributes, in the form of `escaped.ts`. */
export const ESCAPES: i32 = PIECES_END + GAP;
export const ESCAPES_END: i32 = ESCAPES + 2 * (128 * 16 + 32);
/** Sets of bytes and ranges of characters, in the form of `sets.ts`. */
export const SETS: i32 = ESCAPES_END + GAP;
export const SETS_END: i32 = SETS + 0x1000;
/** Slots: the names of fields of records. */
export const SLOTS: i32 = SETS_END + GAP;
export const SLOTS_END: i32 = SLOTS + 0x40000;
/** The state of each level of unwinding, 64 bytes each. */
export const LEVELS: i32 = SLOTS_END + GAP;
export const LEVELS_END: i32 = LEVELS + 0x400;
/** Slots in the order of the fields of a record. */
export const PICKS: i32 = LEVELS_END + GAP;
export const PICKS_END: i32 = PICKS + 0x10000;
/** The fields of the record being made, a list for each level of unwinding. */
export const LISTS: i32 = PICKS_END + GAP;
export const LISTS_END: i32 = LISTS + 0xb0000;
/** A cell for each column. */
export const CELLS: i32 = LISTS_END + GAP;
export const CELLS_END: i32 = CELLS + 0x40000;
/** Columns in the order of a row. */
export const ORDER: i32 = CELLS_END + GAP;
export const ORDER_END: i32 = ORDER + 0x20000;
/** For each cell of the output, the number of bytes from the end of the cell before it to its own end. 255: the next one of LONGS. */
export const LENGTHS: i32 = ORDER_END + GAP;
export const LENGTHS_END: i32 = LENGTHS + 0x48000;
export const LONGS: i32 = LENGTHS_END + GAP;
export const LONGS_END: i32 = LONGS + 0x4000;
/** First nodes of chains of one hash. */
export const HEADS: i32 = LONGS_END + GAP;
export const HEADS_END: i32 = HEADS + 0x10000;
export const NODES: i32 = HEADS_END + GAP;
export const NODES_END: i32 = NODES + 0x200000;
/** Texts of keys. */
export const KEYS: i32 = NODES_END + GAP;
export const KEYS_END: i32 = KEYS + 0x200000;
/** Texts of numbers of the item that JavaScript prints otherwise, `NUMBER_SIZE` bytes each. */
export const NUMBERS: i32 = KEYS_END + GAP;
export const NUMBERS_END: i32 = NUMBERS + 0x40000;
/** JSON text. The host makes room for a longer one, and moves the regions after it. */
export const INPUT: i32 = NUMBERS_END + GAP;
export let INPUT_END: i32 = INPUT + 0x180000;
/** Texts of strings of the item that `JSON.stringify` writes otherwise, in its form, which is never longer. As large as the input. */
export let STRINGS: i32 = INPUT_END + GAP;
export let STRINGS_END: i32 = STRINGS + 0x180000;
/** What is written: all of a turn, and the last value whole, which may take several times the bytes of its text. */
export let OUTPUT: i32 = STRINGS_END + GAP;
export let OUTPUT_END: i32 = OUTPUT + 0x400000;
/** Tokens of the item being read. The last region, so that it can grow. */
export let TAPE: i32 = OUTPUT_END + GAP;

/** Called between two texts. */
export function setRegions(inputSize: i32, outputSize: i32): void {
  INPUT_END = INPUT + inputSize;
  STRINGS = INPUT_END + GAP;
  STRINGS_END = STRINGS + inputSize;
  OUTPUT = STRINGS_END + GAP;
  OUTPUT_END = OUTPUT + outputSize;
  TAPE = OUTPUT_END + GAP;
}

@inline export function byteAt(at: i32): i32 { return i32(load<u8>(at)); }
@inline export function wordAt(at: i32): i32 { return load<i32>(at); }
@inline export function putByte(at: i32, value: i32): void { store<u8>(at, value); }
@inline export function putWord(at: i32, value: i32): void { store<i32>(at, value); }

/** Copies bytes. It may write up to 15 bytes after the end. */
@inline export function copy(to: i32, from: i32, count: i32): void {
  v128.store(to, v128.load(from));
  if (count > 16) copyLong(to, from, count);
}

function copyLong(to: i32, from: i32, count: i32): void {
  if (count > 256) {
    memory.copy(to, from, count);
    return;
  }
  for (let done = 16; done < count; done += 16) v128.store(to + done, v128.load(from + done));
}

@inline export function sameBytes(a: i32, b: i32, count: i32): bool {
  const differs = ~i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)));
  if (count <= 16) return (differs & ((1 << count) - 1)) == 0;
  return (differs & 0xffff) == 0 && sameLong(a + 16, b + 16, count - 16);
}

function sameLong(a: i32, b: i32, count: i32): bool {
  for (; count > 16; a += 16, b += 16, count -= 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false;
  }
  const differs = ~i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)));
  return (differs & ((1 << count) - 1)) == 0;
}
