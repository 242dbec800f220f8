import { isUtf8 } from 'node:buffer';
import { type Batch, type Item, isItem } from '@dataset-items/query-pipeline';
import { type Found, Malformed } from './source.js';

/** Levels of arrays and objects an item may have; deeper ones would overflow the stack of whoever walks them. */
export const defaultMaxDepth = 1000;

/** Items as slices of bytes. */
export interface Spans {
  readonly source: string;
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Offset of `bytes` from the start of the source. */
  readonly offset: number;
  readonly maxDepth: number;
  lineOf(byte: number): number | Promise<number>;
}

export function foundSpans(spans: Spans): Found {
  const { source, starts, lineOf } = spans;
  return { source, count: starts.length, lineOf, parse: (from, to) => parseSpans(spans, from, to) };
}

function parseSpans(spans: Spans, from: number, to: number): Batch {
  const { bytes, starts, ends } = spans;
  // One check for all: the slices may stand in either order.
  const low = Math.min(starts[from] as number, starts[to - 1] as number);
  const high = Math.max(ends[from] as number, ends[to - 1] as number);
  const valid = isUtf8(bytes.subarray(low, high));
  const items: Item[] = [];
  for (let index = from; index < to; index++) items.push(parseSpan(spans, index, valid));
  return items;
}

function parseSpan({ bytes, starts, ends, offset, maxDepth }: Spans, index: number, valid: boolean): Item {
  const start = starts[index] as number;
  const end = ends[index] as number;
  if (!valid && !isUtf8(bytes.subarray(start, end))) throw new Malformed(offset + start, 'invalid UTF-8');
  // Each level takes two bytes, so a short item needs no closer look.
  if (end - start > 2 * maxDepth && depthOf(bytes, start, end, maxDepth) > maxDepth) throw tooDeep(offset + start, maxDepth);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8', start, end));
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
    throw new Malformed(offset + start, tooLong ? 'an item longer than a string can be' : 'not valid JSON', { cause });
  }
  if (!isItem(value)) throw notAnObject(offset + start, nameOf(value));
  return value;
}

/** The deepest level of brackets outside strings, or the first past `enough`. */
function depthOf(bytes: Buffer, start: number, end: number, enough: number): number {
  if (countBrackets(bytes, start, end) <= enough) return 0;
  let depth = 0;
  let deepest = 0;
  for (let at = start; at < end && deepest <= enough; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at + 1, end);
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

function countBrackets(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at] as number) === 0x7b || bytes[at] === 0x5b) count++;
  return count;
}

function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}

export function tooDeep(byte: number, maxDepth: number): Malformed {
  return new Malformed(byte, `nested deeper than ${maxDepth} levels`);
}

export function notAnObject(byte: number, what: string): Malformed {
  return new Malformed(byte, `expected a JSON object, got ${what}`);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function countLineFeeds(bytes: Uint8Array, end = bytes.length): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
