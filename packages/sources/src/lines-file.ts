import { type Batch, type Facts, readAhead } from '@dataset-items/query-pipeline';
import { openRandomAccess, readFileChunks } from './bytes.js';
import { Malformed } from './faults.js';
import { findLinesBackwards, jsonl } from './formats/jsonl.js';
import { type Found, locate, malformedInput } from './found.js';
import type { Reading } from './reading.js';
import { applyWindow, type Source, type Window, wholeWindow } from './source.js';
import { defaultMaxDepth, jsonParser } from './spans.js';

/** JSON Lines of which somebody knows where they stand, so that a window is read without what comes before it. */
export interface LinesFile {
  readonly path: string;
  readonly facts: Facts;
  /** Items in it, as far as it is read. */
  readonly total: number;
  /** Where the items of a window are found. */
  locate(window: Window): Promise<Stretch>;
}

/** Whole lines of a file, and the window among the items in them. */
export interface Stretch {
  /** Bytes from the start of the file; `end` is not read. */
  readonly start: number;
  readonly end: number;
  /** 1-based number of the line at `start`, for errors. */
  readonly line: number;
  readonly window: Window;
}

export type LinesOptions = Pick<Reading, 'chunkSize' | 'maxDepth' | 'onBytes'>;

/** Items of such a file, which may grow meanwhile. */
export function linesSource({ path, facts, total, locate: find }: LinesFile, options: LinesOptions = {}): Source {
  return {
    facts,
    total: async () => total,
    async *read(window = wholeWindow, signal) {
      const stretch = await find(window);
      yield* readStretch(path, stretch, options, signal);
    },
  };
}

/** @throws MalformedInputError, UnreadableSourceError */
async function* readStretch(
  path: string,
  { start, end, line, window }: Stretch,
  options: LinesOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  const reached = { line };
  const { maxDepth = defaultMaxDepth } = options;
  const forwards = (): AsyncIterable<Found> => {
    const chunks = readAhead(readFileChunks(path, { ...options, start, size: end - start, signal }));
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
  const backwards = async function* (): AsyncGenerator<Found> {
    const { read, close } = await openRandomAccess(path, options);
    try {
      const { chunkSize } = options;
      const parseSpan = jsonParser(maxDepth);
      const file = { size: end, read };
      yield* findLinesBackwards({ source: path, file, begin: start, parseSpan, faults: undefined, signal, chunkSize });
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
