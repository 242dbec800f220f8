import type { RandomAccess } from '../bytes.js';
import type { Found } from '../source.js';
import { countLineFeeds, foundSpans, isBlank } from '../spans.js';

export interface TextInput {
  readonly source: string;
  /** Without a byte order mark. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes dropped before the first chunk. */
  readonly dropped: number;
  readonly maxDepth: number;
}

const LF = 0x0a;
const CHUNK = 256 * 1024;

/** JSON Lines: one object a line; blank lines are skipped. */
export async function* findLines({ source, chunks, dropped, maxDepth }: TextInput): AsyncGenerator<Found> {
  let offset = dropped;
  let line = 1;
  let pending: Buffer[] = [];
  const block = (bytes: Buffer): Found => {
    const firstLine = line;
    const start = offset;
    const { starts, ends } = splitLines(bytes);
    const lineOf = (byte: number): number => firstLine + countLineFeeds(bytes, byte - start);
    line += countLineFeeds(bytes);
    offset += bytes.length;
    return foundSpans({ source, bytes, starts, ends, offset: start, maxDepth, lineOf });
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0) {
      pending.push(chunk);
      continue;
    }
    const whole = chunk.subarray(0, end);
    yield block(pending.length === 0 ? whole : Buffer.concat([...pending, whole]));
    pending = end === chunk.length ? [] : [chunk.subarray(end)];
  }
  if (pending.length > 0) yield block(Buffer.concat(pending));
}

/** The same lines from the last to the first, in memory that does not grow with the file. */
export async function* findLinesBackwards(
  source: string,
  file: RandomAccess,
  maxDepth: number,
  signal?: AbortSignal,
): AsyncGenerator<Found> {
  const lineOf = (byte: number): Promise<number> => countLinesBefore(file, byte);
  const begin = await byteOrderMarkLength(file);
  let pending: Buffer[] = [];
  for (let end = file.size; end > begin; ) {
    signal?.throwIfAborted();
    const start = Math.max(begin, end - CHUNK);
    const chunk = Buffer.allocUnsafeSlow(end - start);
    await fill(file, chunk, start);
    end = start;
    // What stands before the first line end may be the rest of a line that begins in an earlier chunk.
    const first = start === begin ? 0 : chunk.indexOf(LF) + 1;
    if (first === 0 && start !== begin) {
      pending.unshift(chunk);
      continue;
    }
    const whole = chunk.subarray(first);
    const bytes = pending.length === 0 ? whole : Buffer.concat([whole, ...pending]);
    const { starts, ends } = splitLines(bytes);
    yield foundSpans({ source, bytes, starts: starts.reverse(), ends: ends.reverse(), offset: start + first, maxDepth, lineOf });
    pending = first === 0 ? [] : [chunk.subarray(0, first)];
  }
}

/** Start and end of every line that is not blank. */
function splitLines(bytes: Buffer): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    let first = start;
    while (first < end && isBlank(bytes[first])) first++;
    if (first < end) {
      starts.push(first);
      ends.push(end);
    }
    start = end + 1;
  }
  return { starts, ends };
}

async function fill(file: RandomAccess, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const count = await file.read(target.subarray(done), position + done);
    if (count === 0) return void target.fill(0x20, done);
    done += count;
  }
}

async function byteOrderMarkLength(file: RandomAccess): Promise<number> {
  const head = Buffer.alloc(3);
  await fill(file, head.subarray(0, Math.min(3, file.size)), 0);
  return head.equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0;
}

async function countLinesBefore(file: RandomAccess, byte: number): Promise<number> {
  let line = 1;
  for (let at = 0; at < byte; at += CHUNK) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, byte - at));
    await fill(file, chunk, at);
    line += countLineFeeds(chunk);
  }
  return line;
}
