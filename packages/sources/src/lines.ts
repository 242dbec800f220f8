import { isUtf8 } from 'node:buffer';
import type { Batch, Item } from '@dataset-items/query-pipeline';
import type { RawBatch, Skip } from './raw-batch.js';
import { type Block, isBlank, type ParseSpan, skipping } from './spans.js';

const LF = 0x0a;

/** Complete lines. Each one that is not blank is an item. */
export interface Lines extends Block {
  /** From the last to the first. */
  readonly backwards?: boolean;
  readonly parseSpan: ParseSpan;
}

/** No list of lines is made: skipped lines are only counted. */
export function lineBatch({ source, faults, numbers, lineOf, bytes, offset, parseSpan, backwards = false }: Lines): RawBatch {
  const parse = (from: number, to: number, skip?: Skip): Batch => {
    const valid = isUtf8(bytes);
    const take = skipping(parseSpan, skip);
    const items: Item[] = [];
    let index = 0;
    for (const { start, end } of backwards ? linesBackwards(bytes) : linesForwards(bytes)) {
      if (index >= to) break;
      if (index++ < from) continue;
      const item = take(bytes, start, end, offset, valid);
      if (item !== undefined) items.push(item);
    }
    return items;
  };
  return { source, faults, numbers, lineOf, count: () => countLines(bytes), parse };
}

/** A range of bytes. `end` is excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The lines that are not blank, each from its first byte that is not blank. */
export function* linesForwards(bytes: Buffer): Generator<Span, undefined> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    const first = firstOf(bytes, start, end);
    if (first < end) yield { start: first, end };
    start = end + 1;
  }
}

/** The same lines from the last to the first. */
export function* linesBackwards(bytes: Buffer): Generator<Span, undefined> {
  for (let end = bytes.length; end > 0; ) {
    const found = bytes.lastIndexOf(LF, end - 1);
    const first = firstOf(bytes, found + 1, end);
    if (first < end) yield { start: first, end };
    end = found;
  }
}

/** Number of lines that are not blank. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (const _ of linesForwards(bytes)) count++;
  return count;
}

/** The first byte that is not blank, or `end`. */
function firstOf(bytes: Buffer, start: number, end: number): number {
  let first = start;
  while (first < end && isBlank(bytes[first])) first++;
  return first;
}
