import { isUtf8 } from 'node:buffer';
import { type Batch, type Item, isItem } from '@dataset-items/query-pipeline';
import { type Accept, type AcceptedKind, endOfString, firstFault, leniently } from './json-faults.js';
import { type FaultLog, Malformed } from './malformed.js';
import type { NumberLog } from './numbers.js';
import { orSkip, type RawBatch, type Skip } from './raw-batch.js';

/** `toString('utf8', start, end)` calls `utf8Slice`; calling it directly is faster (docs/performance.md). */
type Text = Buffer & { utf8Slice(start: number, end: number): string };

/** Largest number of levels of arrays and objects in an item. Code that walks deeper items could overflow the stack. */
export const defaultMaxDepth = 1000;

/** Bytes that contain items. */
export interface Block {
  readonly source: string;
  readonly bytes: Buffer;
  /** Offset of `bytes` from the start of the source. */
  readonly offset: number;
  readonly faults: FaultLog | undefined;
  readonly numbers?: NumberLog | undefined;
  lineOf(byte: number): number | Promise<number>;
}

/** Parses the item from `start` to `end`. `valid`: the bytes are known to be valid UTF-8. @throws Malformed */
export type ParseSpan = (bytes: Buffer, start: number, end: number, offset: number, valid: boolean) => Item;

/** Items as slices of bytes, in order. */
export interface Spans extends Block {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly parseSpan: ParseSpan;
}

export function spanBatch({ source, bytes, offset, faults, numbers, lineOf, starts, ends, parseSpan }: Spans): RawBatch {
  const parse = (from: number, to: number, skip?: Skip): Batch => {
    const last = Math.min(to, starts.length);
    if (from >= last) return [];
    const valid = isUtf8(bytes.subarray(starts[from], ends[last - 1]));
    const take = skipping(parseSpan, skip);
    const items: Item[] = [];
    for (let index = from; index < last; index++) {
      const item = take(bytes, starts[index] as number, ends[index] as number, offset, valid);
      if (item !== undefined) items.push(item);
    }
    return items;
  };
  return { source, faults, numbers, lineOf, count: () => starts.length, parse };
}

/** The same parser, which passes malformed items to `skip` instead of throwing. */
export function skipping(parseSpan: ParseSpan, skip: Skip | undefined): (...span: Parameters<ParseSpan>) => Item | undefined {
  if (skip === undefined) return parseSpan;
  return (...span) => orSkip(() => parseSpan(...span), skip);
}

/** A parser of JSON objects with at most `maxDepth` levels. @param accept makes it lenient @param numbers counts those that change */
export function jsonParser(maxDepth: number, accept?: Accept, numbers?: NumberLog): ParseSpan {
  return (bytes, start, end, offset, valid) => {
    if (!valid) checkUtf8(bytes, start, end, offset);
    // Each level takes two bytes, so a short item cannot be too deep.
    if (end - start > 2 * maxDepth && jsonDepth(bytes, start, end, maxDepth) > maxDepth) {
      throw new Malformed(offset + start, tooDeep(maxDepth));
    }
    let value: unknown;
    let kinds: readonly AcceptedKind[] = [];
    try {
      value = JSON.parse((bytes as Text).utf8Slice(start, end));
    } catch (cause) {
      const tooLong = (cause as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG';
      if (tooLong) throw new Malformed(offset + start, itemTooLong, { cause });
      ({ value, kinds } = parseFaulty(bytes, start, end, { offset, lenient: accept !== undefined, cause }));
    }
    if (!isItem(value)) throw new Malformed(offset + start, `expected a JSON object, got ${nameOf(value)}`, { value });
    for (const kind of kinds) accept?.(kind);
    numbers?.look(bytes, start, end, offset);
    return value;
  };
}

/** Whether a text is JSON, or becomes JSON where a reader is lenient. */
export function isJson(bytes: Buffer, lenient = false): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    const found = lenient ? leniently(bytes, 0, bytes.length) : undefined;
    if (found === undefined || 'reason' in found) return false;
    return isJson(Buffer.from(found.text));
  }
}

interface Faulty {
  readonly offset: number;
  readonly lenient: boolean;
  /** Why the text is not JSON. */
  readonly cause: unknown;
}

/** The value of a text that is not JSON. @throws Malformed that names the first fault, unless `lenient` accepts all */
function parseFaulty(bytes: Buffer, start: number, end: number, { offset, lenient, cause }: Faulty) {
  const found = lenient ? leniently(bytes, start, end) : firstFault(bytes, start, end);
  if (found === undefined) throw new Malformed(offset + start, notJson, { cause });
  if ('reason' in found) throw new Malformed(offset + found.start, found.reason, { cause });
  try {
    return { value: JSON.parse(found.text) as unknown, kinds: found.kinds };
  } catch {
    throw new Malformed(offset + start, notJson, { cause });
  }
}

const notJson = 'not valid JSON';

export function tooDeep(maxDepth: number): string {
  return `nested deeper than ${maxDepth} levels`;
}

export const itemTooLong = 'an item longer than a string can be';

export function checkUtf8(bytes: Buffer, start: number, end: number, offset: number): void {
  if (!isUtf8(bytes.subarray(start, end)))
    throw new Malformed(offset + start, 'invalid UTF-8; for a file in another encoding, `encoding` names it');
}

/** The deepest level of brackets in JSON text, or the first level over `enough`. 0 if at most `enough` brackets open. */
export function jsonDepth(bytes: Buffer, start: number, end: number, enough: number): number {
  if (countBrackets(bytes, start, end) <= enough) return 0;
  let depth = 0;
  let deepest = 0;
  for (let at = start; at < end && deepest <= enough; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at + 1, end) - 1;
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

export function nameOf(value: unknown): string {
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
