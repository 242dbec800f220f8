import { isUtf8 } from 'node:buffer';
import type { Batch, Item } from '@dataset-items/query-pipeline';
import type { Found, Skip } from './found.js';
import { type Block, countLineFeeds, isBlank, type ParseSpan, skipping } from './spans.js';

const LF = 0x0a;

/** Whole lines, each an item unless it is blank. */
export interface Lines extends Block {
  /** From the last to the first. */
  readonly backwards?: boolean;
  readonly parseSpan: ParseSpan;
}

export interface FoundLines extends Found {
  /** Line feeds in the bytes; known without another look where they were walked over. */
  lineFeeds(): number;
}

/** No list of lines is made: lines that are skipped are only counted. */
export function foundLines(lines: Lines): FoundLines {
  const { source, faults, lineOf, bytes, backwards = false } = lines;
  let counted: Counts | undefined;
  let lineFeeds: number | undefined;
  const count = (): number => {
    counted ??= countLines(bytes);
    lineFeeds = counted.lineFeeds;
    return counted.items;
  };
  const parse: Found['parse'] = (from, to, skip) => {
    if (backwards) return parseBackwards(lines, from, to, skip);
    const parsed = parseForwards(lines, from, to, skip);
    lineFeeds = parsed.lineFeeds ?? lineFeeds;
    return parsed.items;
  };
  return { source, faults, lineOf, count, parse, lineFeeds: () => lineFeeds ?? countLineFeeds(bytes) };
}

/** `lineFeeds` is undefined where not all bytes were looked at. */
interface Parsed {
  readonly items: Batch;
  readonly lineFeeds: number | undefined;
}

function parseForwards({ bytes, offset, parseSpan }: Lines, from: number, to: number, skip: Skip | undefined): Parsed {
  const valid = isUtf8(bytes);
  const take = skipping(parseSpan, skip);
  const items: Item[] = [];
  let index = 0;
  let lineFeeds = 0;
  let start = 0;
  while (start < bytes.length && index < to) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    if (found !== -1) lineFeeds++;
    const first = firstOf(bytes, start, end);
    if (first < end && index++ >= from) {
      const item = take(bytes, first, end, offset, valid);
      if (item !== undefined) items.push(item);
    }
    start = end + 1;
  }
  return { items, lineFeeds: start < bytes.length ? undefined : lineFeeds };
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

interface Counts {
  readonly items: number;
  readonly lineFeeds: number;
}

function countLines(bytes: Buffer): Counts {
  let items = 0;
  let lineFeeds = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    if (found !== -1) lineFeeds++;
    if (firstOf(bytes, start, end) < end) items++;
    start = end + 1;
  }
  return { items, lineFeeds };
}

/** The first byte that is not blank, or `end`. */
function firstOf(bytes: Buffer, start: number, end: number): number {
  let first = start;
  while (first < end && isBlank(bytes[first])) first++;
  return first;
}
