/** Properties of a line, as bits: parts that `JSON.stringify` would print differently. */
export const HAS_SPACE: i32 = 1;
export const HAS_ESCAPES: i32 = 2;
export const HAS_NUMBER: i32 = 4;
/** And parts that need the steps. */
export const HAS_DUPLICATE: i32 = 8;
export const HAS_INTEGER_KEY: i32 = 16;
export const HAS_ODD_TEXT: i32 = 32;
export const HAS_KEY_ESCAPE: i32 = 64;
export const IS_MALFORMED: i32 = 128;
export const IS_TOO_DEEP: i32 = 256;
export const IS_TOO_WIDE: i32 = 512;
export const HAS_ODD_NAME: i32 = 1024;
export const HAS_LONG_TEXT: i32 = 2048;
export const HAS_ODD_NUMBER: i32 = 4096;
export const TAKES_OBJECT_PATH: i32 = ~(HAS_SPACE | HAS_ESCAPES | HAS_NUMBER);

export class Line {
  static flags: i32 = 0;
}

@inline export function note(flag: i32): void { Line.flags |= flag; }
