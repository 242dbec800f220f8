import { isUtf8 } from 'node:buffer';
import type { Batch, Item } from '@dataset-items/query-pipeline';
import type { Found, Skip } from './found.js';
import { type Block, isBlank, type ParseSpan, skipping } from './spans.js';

const LF = 0x0a;

/** Whole lines, each an item unless it is blank. */
export interface Lines extends Block {
  /** From the last to the first. */
  readonly backwards?: boolean;
  readonly parseSpan: ParseSpan;
}

/** No list of lines is made: lines that are skipped are only counted. */
export function foundLines(lines: Lines): Found {
  const { source, faults, lineOf, bytes, backwards = false } = lines;
  let counted: number | undefined;
  const count = (): number => {
    counted ??= countLines(bytes);
    return counted;
  };
  const parse = backwards ? parseBackwards : parseForwards;
  return { source, faults, lineOf, count, parse: (from, to, skip) => parse(lines, from, to, skip) };
}

function parseForwards({ bytes, offset, parseSpan }: Lines, from: number, to: number, skip: Skip | undefined): Batch {
  const valid = isUtf8(bytes);
  const take = skipping(parseSpan, skip);
  const items: Item[] = [];
  let index = 0;
  for (let start = 0; start < bytes.length && index < to; ) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    const first = firstOf(bytes, start, end);
    if (first < end && index++ >= from) {
      const item = take(bytes, first, end, offset, valid);
      if (item !== undefined) items.push(item);
    }
    start = end + 1;
  }
  return items;
}

function parseBackwards({ bytes, offset, parseSpan }: Lines, from: number, to: number, skip: Skip | undefined): Batch {
  const valid = isUtf8(bytes);
  const take = skipping(parseSpan, skip);
  const items: Item[] = [];
  let index = 0;
  for (let end = bytes.length; end > 0 && index < to; ) {
    const found = bytes.lastIndexOf(LF, end - 1);
    const first = firstOf(bytes, found + 1, end);
    if (first < end && index++ >= from) {
      const item = take(bytes, first, end, offset, valid);
      if (item !== undefined) items.push(item);
    }
    end = found;
  }
  return items;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    if (firstOf(bytes, start, end) < end) count++;
    start = end + 1;
  }
  return count;
}

/** The first byte that is not blank, or `end`. */
function firstOf(bytes: Buffer, start: number, end: number): number {
  let first = start;
  while (first < end && isBlank(bytes[first])) first++;
  return first;
}
