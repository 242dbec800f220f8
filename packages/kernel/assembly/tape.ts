import { putWord, wordAt } from './memory';

/** Size of a token in bytes: start and end of its text, its node and kind, and for a container the token that closes it. */
export const TOKEN: i32 = 16;

/** Kinds. They fit into the low bits of the address of a node. */
export const NULL: i32 = 0;
export const BOOLEAN: i32 = 1;
export const NUMBER: i32 = 2;
/** Text without escapes. */
export const TEXT: i32 = 3;
/** Text that may have escapes, in the form of `JSON.stringify`. */
export const ESCAPED: i32 = 4;
export const OBJECT: i32 = 5;
export const ARRAY: i32 = 6;
/** The end of a container. The end of this token is the closing byte. */
export const CLOSE: i32 = 7;
const KINDS: i32 = 63;

@inline export function addToken(tape: i32, start: i32, end: i32, nodeAndKind: i32): void {
  putWord(tape, start);
  putWord(tape + 4, end);
  putWord(tape + 8, nodeAndKind);
}

@inline export function startOf(token: i32): i32 { return wordAt(token); }
@inline export function endOf(token: i32): i32 { return wordAt(token + 4); }
@inline export function kindOf(token: i32): i32 { return wordAt(token + 8) & KINDS; }
@inline export function nodeAt(token: i32): i32 { return wordAt(token + 8) & ~KINDS; }
@inline export function setEnd(token: i32, end: i32): void { putWord(token + 4, end); }
@inline export function setNext(token: i32, close: i32): void { putWord(token + 12, close); }

/** The token after a value. */
@inline export function afterValue(token: i32): i32 {
  const kind = kindOf(token);
  return kind == OBJECT || kind == ARRAY ? wordAt(token + 12) + TOKEN : token + TOKEN;
}
