import { linesBackwards, linesForwards, type Span } from '@dataset-items/sources';
import type { StoredText } from './stored-text.js';

/** The places of the items to read, in the order of reading. */
export function* spansOf({ bytes: all, items, from, to }: StoredText): Generator<Span> {
  if (typeof items !== 'string') return yield* items.slice(from, Math.min(to, items.length));
  const bytes = all();
  let index = 0;
  for (const line of items === 'lines' ? linesForwards(bytes) : linesBackwards(bytes)) {
    if (index >= to) return;
    if (index++ >= from) yield line;
  }
}

/** For a text of lines: the range of bytes that has the items to read, and the largest number of items in it. -1: no limit. */
export function linesIn({ pieces, bytes: all, items, from, to }: StoredText): Span & { readonly most: number } {
  const most = to === Number.POSITIVE_INFINITY ? -1 : to - from;
  if (from === 0) return { start: 0, end: pieces.reduce((sum, { length }) => sum + length, 0), most };
  const bytes = all();
  const lines = items === 'lines' ? linesForwards(bytes) : linesBackwards(bytes);
  let last: Span = { start: 0, end: bytes.length };
  for (let skipped = 0; skipped < from; skipped++) {
    const { value } = lines.next();
    if (value === undefined) return { start: 0, end: 0, most: 0 };
    last = value;
  }
  return items === 'lines' ? { start: last.end, end: bytes.length, most } : { start: 0, end: last.start, most };
}
