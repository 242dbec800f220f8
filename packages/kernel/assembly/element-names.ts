import { copy, PIECES, putWord, wordAt } from './memory';
import { ACTION, IS_ATTRIBUTES, IS_REPORTED, NAME } from './nodes';
import { AFTER_NAME } from './output';
import { kindOf, nodeAt, OBJECT } from './tape';

/** Tells the host that a record has the name of a node. */
@external('host', 'report')
declare function report(node: i32): void;

/**
 * At NAME of a node are three lengths, the start of its element or attribute up to the value, and the end of an element with elements inside.
 * Any other element or attribute ends with the last part of that, of the third length.
 */
const OUTER_END_LENGTH: i32 = 4;
const END_LENGTH: i32 = 8;
const START: i32 = 12;

/** The last byte of an object. */
export const CLOSING_BRACE: i32 = 0x7d;

/** Whether a value is the object of the attributes of the element around it. */
@inline export function hasAttributes(token: i32): bool {
  return (wordAt(nodeAt(token) + ACTION) & IS_ATTRIBUTES) != 0 && kindOf(token) == OBJECT;
}

/** Notes that a record has the name of a value. */
@inline export function noteName(token: i32): void {
  const node = nodeAt(token);
  if ((wordAt(node + ACTION) & IS_REPORTED) != 0) reportName(node);
}

function reportName(node: i32): void {
  putWord(node + ACTION, wordAt(node + ACTION) & ~IS_REPORTED);
  report(node);
}

/** The length of the text between the name of an element and its value. */
@inline export function afterName(): i32 { return wordAt(PIECES + (AFTER_NAME << 8)); }

@inline export function putStart(node: i32, at: i32): i32 {
  const texts = wordAt(node + NAME);
  return putBytes(texts + START, wordAt(texts), at);
}

@inline export function putEnd(node: i32, at: i32): i32 {
  const texts = wordAt(node + NAME);
  const length = wordAt(texts + END_LENGTH);
  return putBytes(texts + START + wordAt(texts) + wordAt(texts + OUTER_END_LENGTH) - length, length, at);
}

@inline export function putOuterEnd(node: i32, at: i32): i32 {
  const texts = wordAt(node + NAME);
  return putBytes(texts + START + wordAt(texts), wordAt(texts + OUTER_END_LENGTH), at);
}

@inline function putBytes(from: i32, length: i32, at: i32): i32 {
  copy(at, from, length);
  return at + length;
}
