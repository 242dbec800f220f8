import { constants, createDeflateRaw } from 'node:zlib';
import { freeMemory } from '../../free-memory.js';

/** Number of pieces that are compressed at the same time, on other threads, while the next one is made (docs/performance.md#workbooks). */
export const PIECES_AT_ONCE = 3;
/** Number of bytes before the current one that deflate may refer to. */
const WINDOW = 32 * 1024;

/** An empty final block, because no piece ends the stream. */
const streamEnd = Uint8Array.of(0x03, 0x00);

export interface DeflateOptions {
  /** 1 to 9. */
  readonly level: number;
  /** Whether the stream ends with these pieces. Default true. */
  readonly isLast?: boolean | undefined;
  /** Whether the memory of a chunk is no longer needed when the next one is requested. Default false. */
  readonly reusesChunks?: boolean | undefined;
}

/**
 * Compresses pieces into one raw deflate stream. Each piece is compressed separately, on another thread. It gets the end of the previous
 * piece as its dictionary, so that the stream is not larger than if it were compressed in one go, and it ends at a whole byte. The
 * output depends on the places where pieces end. A piece should have 256 KiB or more. Its memory may be used again for the piece that is
 * `PIECES_AT_ONCE` further on. If the reader stops early, the stream ends when the pieces in progress are compressed.
 * @param pieces after an empty one, the next piece gets no dictionary, so that it can be compressed elsewhere
 */
export async function* deflated(
  pieces: AsyncIterable<Uint8Array>,
  { level, isLast = true, reusesChunks = false }: DeflateOptions,
): AsyncGenerator<Uint8Array> {
  const inWork: Promise<Uint8Array[]>[] = [];
  let window: Uint8Array | undefined;
  const handOn = function* (chunks: Uint8Array[]): Generator<Uint8Array> {
    yield* chunks;
    if (reusesChunks) freeMemory(chunks);
  };
  try {
    for await (const piece of pieces) {
      if (piece.length === 0) {
        window = undefined;
        continue;
      }
      inWork.push(deflatePiece(piece, level, window));
      window = piece.subarray(-WINDOW);
      if (inWork.length === PIECES_AT_ONCE) yield* handOn(await (inWork.shift() as Promise<Uint8Array[]>));
    }
    for (const chunks of inWork) yield* handOn(await chunks);
    if (isLast) yield streamEnd;
  } finally {
    await Promise.allSettled(inWork);
  }
}

/** A failure is thrown when the piece is read. Until then it must not count as an unhandled rejection. */
function deflatePiece(piece: Uint8Array, level: number, dictionary: Uint8Array = new Uint8Array()): Promise<Uint8Array[]> {
  const flushed = new Promise<Uint8Array[]>((resolve, reject) => {
    // Large enough for the whole output, and a flush instead of an end: otherwise the other thread would be called once more.
    const chunkSize = Math.max(piece.length >> 2, 1024);
    const stream = createDeflateRaw({ level, dictionary, chunkSize, flush: constants.Z_SYNC_FLUSH });
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('error', reject);
    stream.write(piece, (error) => {
      // Not at once: the stream would make an error, with its stack, for writes that wait.
      queueMicrotask(() => stream.destroy());
      if (error) reject(error);
      else resolve(chunks);
    });
  });
  flushed.catch(() => undefined);
  return flushed;
}
