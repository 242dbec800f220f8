import { constants } from 'node:buffer';
import { defaultChunkSize, type RandomAccess } from '../bytes.js';
import { type FaultLog, Malformed } from '../faults.js';
import type { Found } from '../found.js';
import { type FoundLines, foundLines } from '../lines.js';
import { countLineFeeds, itemTooLong, jsonParser, type ParseSpan } from '../spans.js';
import type { TextFormat, TextInput } from './format.js';

const LF = 0x0a;

export const jsonl: TextFormat = {
  kind: 'text',
  summary: 'JSON Lines: an object a line; blank lines are skipped',
  extensions: ['jsonl', 'ndjson'],
  open: findLines,
};

async function* findLines({ source, chunks, dropped, maxDepth, faults, reached }: TextInput): AsyncGenerator<Found> {
  const parseSpan = jsonParser(maxDepth);
  let offset = dropped;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let before: FoundLines | undefined;
  // When the next block is there, the one before was walked over, and its lines are known.
  const passBlock = (): void => {
    reached.line += before?.lineFeeds() ?? 0;
    before = undefined;
  };
  const block = (bytes: Buffer): Found => {
    passBlock();
    const firstLine = reached.line;
    const start = offset;
    const lineOf = (byte: number): number => firstLine + countLineFeeds(bytes, byte - start);
    offset += bytes.length;
    before = foundLines({ source, bytes, offset: start, faults, lineOf, parseSpan });
    return before;
  };
  try {
    for await (const chunk of chunks) {
      const end = chunk.lastIndexOf(LF) + 1;
      if (end > 0) {
        const whole = chunk.subarray(0, end);
        yield block(pending.length === 0 ? whole : Buffer.concat([...pending, whole]));
        pending = [];
        pendingLength = 0;
      }
      if (end < chunk.length) pending.push(chunk.subarray(end));
      pendingLength += chunk.length - end;
      if (pendingLength > constants.MAX_STRING_LENGTH) throw new Malformed(offset, itemTooLong, { fatal: true });
    }
    if (pending.length > 0) yield block(Buffer.concat(pending));
  } finally {
    passBlock();
  }
}

export interface StoredLines {
  readonly source: string;
  readonly file: RandomAccess;
  /** Where the first line begins. Default: after a byte order mark. */
  readonly begin?: number | undefined;
  readonly parseSpan: ParseSpan;
  readonly faults: FaultLog | undefined;
  readonly signal: AbortSignal | undefined;
  readonly chunkSize?: number | undefined;
}

/** The same lines from the last to the first, in memory that does not grow with the file. */
export async function* findLinesBackwards(lines: StoredLines): AsyncGenerator<Found> {
  const { source, file, parseSpan, faults, signal, chunkSize = defaultChunkSize } = lines;
  const lineOf = (byte: number): Promise<number> => countLinesBefore(file, byte);
  const { begin = await byteOrderMarkLength(file) } = lines;
  // From the last to the first.
  let pending: Buffer[] = [];
  for (let end = file.size; end > begin; ) {
    signal?.throwIfAborted();
    const start = Math.max(begin, end - chunkSize);
    const chunk = Buffer.allocUnsafeSlow(end - start);
    await fill(file, chunk, start);
    end = start;
    // What stands before the first line end may be the rest of a line that begins in an earlier chunk.
    const first = start === begin ? 0 : chunk.indexOf(LF) + 1;
    if (first === 0 && start !== begin) {
      pending.push(chunk);
      continue;
    }
    const whole = chunk.subarray(first);
    const bytes = pending.length === 0 ? whole : Buffer.concat([whole, ...pending.reverse()]);
    yield foundLines({ source, bytes, offset: start + first, faults, lineOf, parseSpan, backwards: true });
    pending = first === 0 ? [] : [chunk.subarray(0, first)];
  }
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
  for (let at = 0; at < byte; at += defaultChunkSize) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(defaultChunkSize, byte - at));
    await fill(file, chunk, at);
    line += countLineFeeds(chunk);
  }
  return line;
}
