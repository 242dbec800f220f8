import {
  type ChunkMemory,
  type ChunkOptions,
  chunkMemory,
  type OpenRandomAccess,
  openRandomAccess,
  type RandomAccess,
} from './bytes.js';
import type { PiecesInput, SourceFormat, TextFormat } from './formats/format.js';
import { countLinesBefore } from './formats/jsonl.js';
import { type JsonPiece, type JsonText, singleItems } from './json-reading.js';
import { Malformed, type Tolerance } from './malformed.js';
import type { OpenedBytes } from './open.js';
import type { ReadOptions } from './options.js';
import { malformedInput } from './raw-batch.js';
import { countLineFeeds, defaultMaxDepth } from './spans.js';
import type { Window } from './window.js';

export interface JsonInput extends Tolerance {
  /** Name of the source, for errors. */
  readonly source: string;
  /** The part of a window that the reader of the bytes applies. */
  readonly window: Window;
  readonly options: Pick<ReadOptions, 'blocking' | 'chunkSize' | 'maxDepth' | 'onBytes'>;
}

/**
 * Bytes from the first to the last.
 * @param open called when the first piece is asked for, with memory that chunks may be read into
 * @param line 1-based, of the first byte
 */
export function jsonForwards(
  { source, window, options, faults, accept, numbers }: JsonInput,
  { framing, pieces }: JsonFormat,
  open: (memory: ChunkMemory) => Promise<OpenedText>,
  { line = 1, memory = chunkMemory() }: { readonly line?: number; readonly memory?: ChunkMemory } = {},
): JsonText {
  const { maxDepth = defaultMaxDepth } = options;
  const items = singleItems({ maxDepth, faults, accept, numbers, placeOf: ({ line = 1 }) => ({ source, line }) });
  let memoryFor: (length: number) => Buffer | undefined = () => undefined;
  const walk = async function* (): AsyncGenerator<JsonPiece> {
    let feeds = 0;
    let isText = false;
    const take = (length: number): Buffer => (isText ? memoryFor(length) : undefined) ?? memory.take(length);
    const opened = await open({ take, giveBack: memory.giveBack }).catch((error) => {
      throw asInputError(error, source, line);
    });
    isText = !opened.packed;
    let offset = opened.dropped;
    try {
      if (pieces !== undefined) return yield* elementsOf(pieces, opened);
      for await (const bytes of opened.chunks) {
        const release = (): void => memory.giveBack(bytes);
        yield offset === opened.dropped ? { bytes, offset, line, release } : { bytes, offset, release };
        offset += bytes.length;
        // For an error in the packed data.
        if (opened.packed) feeds += countLineFeeds(bytes);
      }
    } catch (error) {
      throw asInputError(error, source, line + feeds);
    } finally {
      await opened.close();
    }
  };
  /** A syntax error between elements ends the walk. */
  const elementsOf = async function* (read: NonNullable<JsonFormat['pieces']>, { chunks, dropped }: OpenedText) {
    const reached = { line };
    try {
      yield* read({ chunks, dropped, reached, accept });
    } catch (error) {
      if (!(error instanceof Malformed) || faults === undefined || error.fatal) throw asInputError(error, source, reached.line);
      await faults.note(() => ({ source, line: reached.line, byte: error.byte, reason: error.message }));
    }
  };
  const readInto = (given: typeof memoryFor): void => {
    memoryFor = given;
  };
  // Only then is a chunk read when it is asked for, and not while the one before it is in use.
  const readsOnDemand = framing === 'lines' && options.blocking;
  return { framing, window, maxDepth, pieces: walk(), ...items, ...(readsOnDemand && { readInto }) };
}

/** A format whose items can be passed on as JSON bytes. */
export type JsonFormat = Pick<TextFormat, 'pieces'> & Required<Pick<TextFormat, 'framing'>>;

type OpenedText = Pick<OpenedBytes, 'chunks' | 'dropped' | 'packed' | 'close'>;

/** `undefined`: its items need parsing. */
export function jsonFormat(format: SourceFormat): JsonFormat | undefined {
  if (format.kind !== 'text' || format.framing === undefined) return undefined;
  return { framing: format.framing, ...(format.pieces && { pieces: format.pieces }) };
}

export interface Backwards extends Pick<PiecesInput, 'begin' | 'signal'> {
  /** Bytes of the file that are read. */
  readonly size: number;
  /** Default: opens the file that the source is named after. */
  readonly open?: ((options: ChunkOptions) => Promise<OpenRandomAccess>) | undefined;
  /** The 1-based line of a byte. Default: the line feeds before it are counted. */
  readonly lineOf?: ((byte: number) => Promise<number>) | undefined;
}

/** Bytes of a file from the last item to the first. */
export function jsonBackwards(
  { source, window, options, faults, accept, numbers }: JsonInput,
  framing: JsonText['framing'],
  piecesBackwards: NonNullable<TextFormat['piecesBackwards']>,
  { size, begin, signal, open = (counted) => openRandomAccess(source, counted), ...given }: Backwards,
): JsonText {
  const { maxDepth = defaultMaxDepth, chunkSize } = options;
  const withFile = async function* <T>(use: (file: RandomAccess) => AsyncIterable<T>): AsyncGenerator<T> {
    const { read, close } = await open({ ...options, signal });
    try {
      yield* use({ size, read });
    } finally {
      await close();
    }
  };
  const lineIn = async (byte: number): Promise<number> => {
    const file = await open({});
    try {
      return await countLinesBefore(file, byte);
    } finally {
      await file.close();
    }
  };
  const { lineOf = lineIn } = given;
  const placeOf = async ({ offset }: JsonPiece) => ({ source, line: await lineOf(offset) });
  const pieces = withFile((file) => piecesBackwards({ file, begin, chunkSize, signal, memory: chunkMemory() }));
  return { framing, window, maxDepth, pieces, ...singleItems({ maxDepth, faults, accept, numbers, placeOf }) };
}

/** The same error as from a walk over objects. */
function asInputError(error: unknown, source: string, line: number): unknown {
  if (!(error instanceof Malformed)) return error;
  return malformedInput({ ...(error.place ?? { source, line }), byte: error.byte, reason: error.message }, error);
}
