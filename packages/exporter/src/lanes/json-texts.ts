import type { Kernel } from '@dataset-items/kernel';
import { withPauses } from '@dataset-items/query-pipeline';
import { countLineFeeds, countLines, isBlank, type JsonPiece, type JsonReading, type JsonText } from '@dataset-items/sources';
import type { Order } from './lane.js';
import type { StoredText } from './stored-text.js';

const LINE_FEED = 0x0a;

export type Texts = AsyncIterable<StoredText | 'pause'>;

/**
 * The items of an export as texts; `pause`: the input pauses. The source is closed after the last one. `undefined`: the source gives this
 * window as objects only.
 */
export async function textsOf(
  {
    source,
    window,
    signal,
    closeSource,
    options: { exact },
  }: Pick<Order, 'source' | 'window' | 'signal' | 'closeSource' | 'options'>,
  kernel?: Pick<Kernel, 'count' | 'place'>,
): Promise<Texts | undefined> {
  const reading = await source.json?.(window, signal);
  // Called between two texts, so the kernel is not in use.
  const count: Count = (pieces) => kernel?.count(pieces) ?? countedHere(pieces);
  return reading && withPauses(closing(textsIn(reading, { count, exact, place: kernel?.place }), closeSource), 'pause');
}

/** The numbers of items and line feeds of a text of lines. */
type Count = (pieces: readonly Buffer[]) => { readonly items: number; readonly lineFeeds: number };

/** The same for a text that the kernel does not take, because it is too long. */
function countedHere(pieces: readonly Buffer[]): ReturnType<Count> {
  const bytes = Buffer.concat(pieces);
  return { items: countLines(bytes), lineFeeds: countLineFeeds(bytes) };
}

interface How {
  readonly count: Count;
  /** Numbers of parsed items are kept as they are spelled. */
  readonly exact: boolean | undefined;
  /** Memory that the next text may be read into. Absent: none. */
  readonly place: Kernel['place'] | undefined;
}

async function* textsIn(reading: JsonReading, how: How, part: Part = partOf(reading.window)): AsyncGenerator<StoredText> {
  if (reading.framing === 'joined') {
    for (const one of reading.parts) {
      yield* textsIn(one, how, part);
      if (part.isDone()) return;
    }
  } else if (reading.framing === 'lines') yield* (reading.window.desc ? backwards : forwards)(reading, how, part);
  else yield* elements(reading, how, part);
}

async function* closing<T>(elements: AsyncIterable<T>, close: () => Promise<void>): AsyncGenerator<T> {
  try {
    yield* elements;
  } finally {
    await close();
  }
}

/** How single items of a text are read. @param pieceOf an item, by its place in the text */
function singly(
  { parse, numbers }: JsonText,
  { exact }: How,
  pieceOf: (start: number, end: number) => JsonPiece,
): Pick<StoredText, 'parse' | 'numbers'> {
  return {
    parse: (start, end) => parse(pieceOf(start, end), exact),
    numbers: numbers && { look: (start, end) => numbers.look(pieceOf(start, end)), add: numbers.add },
  };
}

/** One text per piece, for items whose places are given, and for pieces that are single items. */
async function* elements(reading: JsonText, how: How, part: Part): AsyncGenerator<StoredText> {
  const { pieces, maxDepth } = reading;
  for await (const { bytes, offset, line, source, elements } of pieces) {
    const items = elements ?? [{ start: 0, end: bytes.length, line }];
    const span = part.of(() => items.length);
    if (span === undefined) continue;
    const single = singly(reading, how, (start, end) => {
      const found = items.find((item) => item.start === start);
      return { bytes: bytes.subarray(start, end), offset: offset + start, line: found?.line, source };
    });
    yield { pieces: [bytes], bytes: () => bytes, items, ...span, canonical: false, maxDepth, ...single };
    if (part.isDone()) return;
  }
}

/** One text per piece. Pieces come from the last to the first, and each has complete lines. */
async function* backwards(reading: JsonText, how: How, part: Part): AsyncGenerator<StoredText> {
  const { maxDepth, canonical = false } = reading;
  for await (const { bytes, offset, release } of reading.pieces) {
    const pieces = [bytes];
    const span = part.of(() => how.count(pieces).items);
    if (span !== undefined) {
      const single = singly(reading, how, (start, end) => trimmed(bytes, start, end, offset));
      yield { pieces, bytes: () => bytes, items: 'lines backwards', ...span, canonical, maxDepth, ...single };
      if (part.isDone()) return;
    }
    release?.();
  }
}

/** Bytes of a text of lines, unless a single line is longer. */
export const TEXT_SIZE = 1024 * 1024;

/**
 * Texts of complete lines. A line that is split between pieces is joined. A piece is read into the memory of the kernel if all of it, together
 * with the start of its first line, is one text.
 */
async function* forwards(reading: JsonText, how: How, part: Part): AsyncGenerator<StoredText> {
  const { maxDepth, canonical = false } = reading;
  /** The start of a line whose end has not been read. */
  let pending: Buffer[] = [];
  /** The memory of the kernel that the latest piece was read into. It is asked for again, because views of it end when it grows. */
  let placed: (() => Buffer) | undefined;
  reading.readInto?.((length) => {
    const before = sizeOf(pending);
    const place = (): Buffer | undefined => (length > TEXT_SIZE ? undefined : how.place?.(before, length));
    const memory = place();
    placed = memory && (() => place() as Buffer);
    return memory;
  });
  /** Offset and line of the next text. */
  let begin = 0;
  let line = 1;
  const textOf = function* (pieces: readonly Buffer[], lines?: number, isLast?: boolean): Generator<StoredText> {
    let whole: Buffer | undefined;
    const joined = joining(pieces, placed);
    const bytes = (): Buffer => {
      whole ??= joined();
      return whole;
    };
    const offset = begin;
    begin += sizeOf(pieces);
    let lineFeeds = lines;
    const counted = (feeds: number): void => {
      lineFeeds = feeds;
    };
    const span = part.of(() => {
      if (lines !== undefined) return lines;
      const found = how.count(pieces);
      counted(found.lineFeeds);
      return found.items;
    });
    /** The place of the last item that was read singly. Items come in order. */
    let reached = { at: 0, line };
    const single = singly(reading, how, (start, end) => {
      const item = trimmed(bytes(), start, end, offset);
      const at = item.offset - offset;
      reached = { at, line: reached.line + countLineFeeds(bytes().subarray(reached.at, at)) };
      return { ...item, line: reached.line };
    });
    const continues = !isLast && !part.isDone();
    if (span !== undefined) {
      yield { pieces, bytes, items: 'lines', ...span, canonical, lines, continues, maxDepth, ...single, counted };
    }
    line += lineFeeds ?? countLineFeeds(bytes());
  };
  for await (const { bytes, offset, line: given, lines, isLast, release } of reading.pieces) {
    if (given !== undefined) {
      line = given;
      begin = offset;
    }
    if (lines !== undefined) {
      yield* textOf([bytes], lines, isLast);
      if (part.isDone()) return;
      release?.();
      continue;
    }
    const linesEnd = bytes.lastIndexOf(LINE_FEED) + 1;
    // What waits for the end of its line is copied, because the kernel writes after a text, and the memory of the piece is used again.
    if (linesEnd === 0) {
      pending.push(Buffer.from(bytes));
      release?.();
      continue;
    }
    const rest = linesEnd < bytes.length ? [Buffer.from(bytes.subarray(linesEnd))] : [];
    for (let start = 0; start < linesEnd; ) {
      const end = endOfLines(bytes, start);
      yield* textOf([...pending, bytes.subarray(start, end)]);
      if (part.isDone()) return;
      pending = [];
      start = end;
    }
    pending = rest;
    release?.();
  }
  placed = undefined;
  if (pending.length > 0) yield* textOf(pending);
}

/** Joins the pieces of a text. @param placed the memory at whose start the last piece is. Absent: the pieces are where they were */
function joining(pieces: readonly Buffer[], placed: (() => Buffer) | undefined): () => Buffer {
  const last = pieces.at(-1)?.length;
  if (placed !== undefined) return () => Buffer.concat([...pieces.slice(0, -1), placed().subarray(0, last)]);
  return () => (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces));
}

function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** The end of the complete lines from `start` on that a text has. There is at least one. */
function endOfLines(bytes: Buffer, start: number): number {
  const end = bytes.lastIndexOf(LINE_FEED, start + TEXT_SIZE - 1) + 1;
  return end > start ? end : bytes.indexOf(LINE_FEED, start) + 1;
}

/** Applies a window to one text after the other. */
interface Part {
  /** The range of items to read from the next text. `undefined`: none. @param counted gives the number of items in this text */
  of(counted: () => number): { readonly from: number; readonly to: number } | undefined;
  /** Whether the limit has been reached. */
  isDone(): boolean;
}

function partOf({ offset, limit }: JsonText['window']): Part {
  let skip = offset;
  let left = limit;
  const of: Part['of'] = (counted) => {
    if (skip === 0 && left === Number.POSITIVE_INFINITY) return { from: 0, to: left };
    const count = counted();
    const from = skip;
    if (from >= count) {
      skip -= count;
      return undefined;
    }
    const to = Math.min(count, from + left);
    left -= to - from;
    skip = 0;
    return { from, to };
  };
  return { of, isDone: () => left === 0 };
}

/** An item without the white space before it. */
function trimmed(bytes: Buffer, start: number, end: number, offset: number): JsonPiece {
  let first = start;
  while (first < end && isBlank(bytes[first])) first++;
  return { bytes: bytes.subarray(first, end), offset: offset + first };
}
