import { type Batch, type Facts, readAhead } from '@dataset-items/query-pipeline';
import { type ChunkMemory, openRandomAccess, readFileChunks } from './bytes.js';
import { jsonl, linesBackwards, readLinesBackwards } from './formats/jsonl.js';
import { jsonBackwards, jsonForwards } from './json-bytes.js';
import type { JsonPiece } from './json-reading.js';
import { Malformed } from './malformed.js';
import { locate, malformedInput, type RawBatch } from './raw-batch.js';
import type { Reading } from './reading.js';
import { applyWindow, type CheckedSource } from './source.js';
import { defaultMaxDepth, jsonParser } from './spans.js';
import { type Window, wholeWindow, windowParts } from './window.js';

/** A JSON Lines file with an index, so that a window is read without the lines before it. */
export interface LinesFile {
  readonly path: string;
  readonly facts: Facts;
  /** Number of items. */
  readonly total: number;
  /** The place of the items of a window. */
  locate(window: Window): Promise<Stretch>;
  /** The file was written by an export as JSON Lines, and by nothing else, so its bytes are not checked (`JsonText`). */
  readonly canonical?: true | undefined;
  /** Reads the bytes of a stretch in another way, for example with checksums. Not called for a reversed window. */
  chunks?: ((stretch: Stretch, signal: AbortSignal | undefined) => AsyncIterable<LinesChunk>) | undefined;
}

/** Complete lines of a file, one item per line. */
export interface LinesChunk extends Pick<JsonPiece, 'release'> {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Complete lines of a file, and the window among their items. */
export interface Stretch {
  /** Byte offsets in the file; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** 1-based number of the line at `start`, for errors. */
  readonly line: number;
  readonly window: Window;
}

export type LinesOptions = Pick<Reading, 'chunkSize' | 'maxDepth' | 'onBytes'>;

/** Items of such a file. It may grow while it is read. */
export function linesSource(
  { path, facts, total, locate: find, canonical, chunks }: LinesFile,
  options: LinesOptions = {},
): CheckedSource {
  return {
    facts,
    applies: windowParts,
    trusted: true,
    total: async () => total,
    async *read(window = wholeWindow, signal) {
      const stretch = await find(window);
      yield* readStretch({ path, chunks }, stretch, options, signal);
    },
    async json(window = wholeWindow, signal) {
      const stretch = await find(window);
      const { start, end, line, window: left } = stretch;
      const input = { source: path, window: left, options, faults: undefined };
      if (left.desc) return { ...jsonBackwards(input, 'lines', linesBackwards, { begin: start, size: end, signal }), canonical };
      const open = async (memory: ChunkMemory) => {
        const read = readFileChunks(path, { ...options, start, size: end - start, signal, memory });
        return { chunks: readAhead(read), dropped: start, packed: false, close: async () => {} };
      };
      const reading = { ...jsonForwards(input, { framing: 'lines' }, open, { line }), canonical };
      return chunks ? { ...reading, pieces: piecesOf(chunks(stretch, signal), stretch) } : reading;
    },
  };
}

async function* piecesOf(chunks: AsyncIterable<LinesChunk>, { start, end, line }: Stretch): AsyncGenerator<JsonPiece> {
  let offset = start;
  for await (const { bytes, ...chunk } of readAhead(chunks)) {
    const isLast = offset + bytes.length === end;
    yield { bytes, offset, isLast, ...chunk, ...(offset === start && { line }) };
    offset += bytes.length;
  }
}

async function* bytesOf(chunks: AsyncIterable<LinesChunk>): AsyncGenerator<Buffer> {
  for await (const { bytes } of chunks) yield bytes;
}

/** @throws MalformedInputError, UnreadableSourceError */
async function* readStretch(
  { path, chunks: given }: Pick<LinesFile, 'path' | 'chunks'>,
  stretch: Stretch,
  options: LinesOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  const { start, end, line, window } = stretch;
  const reached = { line };
  const { maxDepth = defaultMaxDepth } = options;
  const forwards = (): AsyncIterable<RawBatch> => {
    const read = given ? bytesOf(given(stretch, signal)) : readFileChunks(path, { ...options, start, size: end - start, signal });
    const chunks = readAhead(read);
    return jsonl.open({
      source: path,
      options,
      maxDepth,
      faults: undefined,
      signal,
      chunks,
      dropped: start,
      extension: 'jsonl',
      reached,
    });
  };
  const backwards = async function* (): AsyncGenerator<RawBatch> {
    const { read, close } = await openRandomAccess(path, options);
    try {
      const { chunkSize } = options;
      const parseSpan = jsonParser(maxDepth);
      const file = { size: end, read };
      yield* readLinesBackwards({ source: path, file, begin: start, parseSpan, faults: undefined, signal, chunkSize });
    } finally {
      await close();
    }
  };
  try {
    yield* applyWindow(window.desc ? backwards() : forwards(), window);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw malformedInput(await locate({ source: path, lineOf: () => reached.line }, error), error);
  }
}
