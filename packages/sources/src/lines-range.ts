import type { Facts } from '@dataset-items/query-pipeline';
import { aheadUnlessBlocking, type BytesAt, type ChunkMemory, type RandomAccess } from './bytes.js';
import { jsonl, linesBackwards, readLinesBackwards } from './formats/jsonl.js';
import { jsonBackwards, jsonForwards } from './json-bytes.js';
import { singleItems } from './json-reading.js';
import type { LineCounter } from './line-counter.js';
import { type FaultLog, Malformed, toleranceOf } from './malformed.js';
import type { ReadOptions } from './options.js';
import { locate, malformedInput, type RawBatch } from './raw-batch.js';
import { type StoredOptions, type StoredSource, storedSource } from './source.js';
import { countLineFeeds, defaultMaxDepth, jsonParser } from './spans.js';

/** Complete lines of JSON Lines: a range of the bytes that starts at the start of a line, or after a byte order mark. */
export interface LinesRange {
  readonly bytes: BytesAt;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly lines: LineCounter;
  /** Called after the last line with the number of line feeds. */
  readonly onEnd?: ((lineFeeds: number) => void) | undefined;
}

/** The items of the lines, which are read into `memory`. A line is the number of line feeds that `lines` counts before the range, and those in it. */
export function linesRangeSource(
  { bytes, start, end, lines, onEnd }: LinesRange,
  facts: Facts,
  options: ReadOptions,
  memory: ChunkMemory,
): StoredSource {
  const { name: source } = bytes;
  const { maxDepth = defaultMaxDepth, chunkSize } = options;
  /** The line in the file of a line in the range. */
  const lineInFile = async (line: number): Promise<number> => (await lines.before(start)) + line;
  const lineOf = async (byte: number): Promise<number> => (await lines.before(byte)) + 1;
  const common = { source, options, maxDepth, extension: 'jsonl', dropped: start };
  const chunksOf = (signal: AbortSignal | undefined, reused?: ChunkMemory) => {
    const chunks = aheadUnlessBlocking(bytes.chunks({ ...options, start, size: end - start, signal, memory: reused }), options);
    return onEnd === undefined ? chunks : countingLineFeeds(chunks, onEnd);
  };

  const forwards = async function* (signal: AbortSignal | undefined, faults: FaultLog): AsyncGenerator<RawBatch> {
    const reached = { line: 1 };
    const tolerance = toleranceOf(options, faults);
    try {
      for await (const batch of jsonl.open({ ...common, ...tolerance, signal, chunks: chunksOf(signal), reached })) {
        yield { ...batch, lineOf: async (byte) => lineInFile(await batch.lineOf(byte)) };
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw malformedInput(await locate({ source, lineOf: () => lineInFile(reached.line) }, error), error);
    }
  };
  const backwards = async function* (signal: AbortSignal | undefined, faults: FaultLog): AsyncGenerator<RawBatch> {
    const { read, close } = await bytes.open({ ...options, signal });
    const tolerance = toleranceOf(options, faults);
    try {
      const parseSpan = jsonParser(maxDepth, tolerance.accept, tolerance.numbers);
      const file = { size: end, read };
      yield* readLinesBackwards({ source, file, begin: start, lineOf, parseSpan, ...tolerance, signal, chunkSize });
    } finally {
      await close();
    }
  };
  const json: StoredOptions['json'] = async (window, signal, faults) => {
    const tolerance = toleranceOf(options, faults);
    const input = { source, window, options, ...tolerance };
    const { open: openBytes } = bytes;
    if (window.desc)
      return jsonBackwards(input, 'lines', linesBackwards, { begin: start, size: end, signal, open: openBytes, lineOf });
    const open = async (reused: ChunkMemory) => ({
      ...{ chunks: chunksOf(signal, reused), dropped: start, packed: false },
      close: async () => {},
    });
    const placeOf = async ({ line = 1 }) => ({ source, line: await lineInFile(line) });
    return {
      ...jsonForwards(input, { framing: 'lines' }, open, { memory }),
      ...singleItems({ maxDepth, ...tolerance, placeOf }),
    };
  };
  return storedSource(facts, (desc, ...rest) => (desc ? backwards(...rest) : forwards(...rest)), {
    json,
    size: end - start,
    count: async () => {
      let items = 0;
      const uncounted = bytes.chunks({ ...options, start, size: end - start, onBytes: undefined });
      const input = { ...common, chunks: uncounted, faults: undefined, signal: undefined, reached: { line: 1 } };
      for await (const batch of jsonl.open(input)) items += batch.count();
      return items;
    },
  });
}

async function* countingLineFeeds(chunks: AsyncIterable<Buffer>, onEnd: (lineFeeds: number) => void): AsyncGenerator<Buffer> {
  let lineFeeds = 0;
  for await (const chunk of chunks) {
    lineFeeds += countLineFeeds(chunk);
    yield chunk;
  }
  onEnd(lineFeeds);
}

/** The place of the first line that starts at a byte or after it. `size` if there is none. */
export async function lineStart({ read, size }: RandomAccess, at: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(64 * 1024);
  // A line also starts at this byte if the byte before it is a line feed.
  for (let position = at - 1; position < size; ) {
    const count = await read(chunk.subarray(0, Math.min(chunk.length, size - position)), position);
    if (count === 0) return size;
    const found = chunk.subarray(0, count).indexOf(0x0a);
    if (found !== -1) return position + found + 1;
    position += count;
  }
  return size;
}

export async function withBytes<T>(bytes: BytesAt, use: (file: RandomAccess) => Promise<T>): Promise<T> {
  const file = await bytes.open({});
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
