import { constants } from 'node:buffer';
import { defaultChunkSize, markLength, type RandomAccess, reusedChunkSize } from '../bytes.js';
import type { JsonPiece } from '../json-reading.js';
import { lineBatch } from '../lines.js';
import { type FaultLog, Malformed } from '../malformed.js';
import type { NumberLog } from '../numbers.js';
import type { RawBatch } from '../raw-batch.js';
import { countLineFeeds, itemTooLong, jsonParser, type ParseSpan } from '../spans.js';
import type { PiecesInput, TextFormat, TextInput } from './format.js';

const LF = 0x0a;

export const jsonl: TextFormat = {
  kind: 'text',
  summary: 'JSON Lines: one object per line; blank lines are skipped',
  extensions: ['jsonl', 'ndjson'],
  // Input that no other format recognizes is read as lines, so that an error names a line.
  recognizes: () => 'possible',
  open: readLines,
  openBackwards: ({ source, file, options: { chunkSize }, maxDepth, faults, accept, numbers, signal }) =>
    readLinesBackwards({
      ...{ source, file, faults, numbers, signal, chunkSize },
      parseSpan: jsonParser(maxDepth, accept, numbers),
    }),
  framing: 'lines',
  piecesBackwards: linesBackwards,
};

async function* readLines(input: TextInput): AsyncGenerator<RawBatch> {
  const { source, chunks, dropped, maxDepth, faults, accept, numbers, reached } = input;
  const parseSpan = jsonParser(maxDepth, accept, numbers);
  let offset = dropped;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  const block = function* (bytes: Buffer): Generator<RawBatch> {
    const firstLine = reached.line;
    const start = offset;
    const lineOf = (byte: number): number => firstLine + countLineFeeds(bytes, byte - start);
    offset += bytes.length;
    yield lineBatch({ source, bytes, offset: start, faults, numbers, lineOf, parseSpan });
    reached.line += countLineFeeds(bytes);
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) {
      const whole = chunk.subarray(0, end);
      yield* block(pending.length === 0 ? whole : Buffer.concat([...pending, whole]));
      pending = [];
      pendingLength = 0;
    }
    if (end < chunk.length) pending.push(chunk.subarray(end));
    pendingLength += chunk.length - end;
    if (pendingLength > constants.MAX_STRING_LENGTH) throw new Malformed(offset, itemTooLong, { fatal: true });
  }
  if (pending.length > 0) yield* block(Buffer.concat(pending));
}

export interface StoredLines extends PiecesInput {
  readonly source: string;
  readonly parseSpan: ParseSpan;
  readonly faults: FaultLog | undefined;
  readonly numbers?: NumberLog | undefined;
  /** The 1-based line of a byte. Default: the line feeds before it are counted. */
  readonly lineOf?: ((byte: number) => Promise<number>) | undefined;
}

/** The same lines in reverse. Memory does not grow with the file. */
export async function* readLinesBackwards(lines: StoredLines): AsyncGenerator<RawBatch> {
  const { source, file, parseSpan, faults, numbers } = lines;
  const { lineOf = (byte: number) => countLinesBefore(file, byte) } = lines;
  for await (const { bytes, offset } of linesBackwards(lines)) {
    yield lineBatch({ source, bytes, offset, faults, numbers, lineOf, parseSpan, backwards: true });
  }
}

/** Bytes of a line that can be put after a chunk. */
const ROOM = 64 * 1024;

/** Pieces of complete lines, from the last to the first. Lines within a piece are in file order. */
export async function* linesBackwards({ file, signal, memory, ...input }: PiecesInput): AsyncGenerator<JsonPiece> {
  const { begin = await byteOrderMarkLength(file) } = input;
  const { chunkSize = memory === undefined ? defaultChunkSize : reusedChunkSize } = input;
  /** The rest of a line that begins in an earlier chunk, from the last piece to the first. */
  let pending: Buffer[] = [];
  for (let end = file.size; end > begin; ) {
    signal?.throwIfAborted();
    const start = Math.max(begin, end - chunkSize);
    const size = chunkSize + ROOM;
    const taken = memory?.take(size) ?? Buffer.allocUnsafeSlow(size);
    const chunk = taken.subarray(0, end - start);
    await fill(file, chunk, start);
    end = start;
    // Bytes before the first line end may belong to a line that begins in an earlier chunk.
    const first = start === begin ? 0 : chunk.indexOf(LF) + 1;
    if (first === 0 && start !== begin) {
      pending.push(chunk);
      continue;
    }
    const rest = pending.reverse();
    pending = first === 0 ? [] : [Buffer.from(chunk.subarray(0, first))];
    yield { bytes: joined(taken, first, chunk.length, rest), offset: start + first, release: () => memory?.giveBack(taken) };
  }
}

/** The bytes of a chunk and those after it. They are put behind it if there is room. */
function joined(taken: Buffer, first: number, end: number, rest: readonly Buffer[]): Buffer {
  const length = rest.reduce((sum, bytes) => sum + bytes.length, 0);
  if (end + length > taken.length) return Buffer.concat([taken.subarray(first, end), ...rest]);
  let after = end;
  for (const bytes of rest) {
    taken.set(bytes, after);
    after += bytes.length;
  }
  return taken.subarray(first, after);
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
  return markLength(head);
}

/** The 1-based line of a byte in a file. */
export async function countLinesBefore(file: RandomAccess, byte: number): Promise<number> {
  let line = 1;
  for (let at = 0; at < byte; at += defaultChunkSize) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(defaultChunkSize, byte - at));
    await fill(file, chunk, at);
    line += countLineFeeds(chunk);
  }
  return line;
}
