import { constants, createDeflateRaw } from 'node:zlib';

/** Pieces being compressed while we wait for one; one less while the next is made. Two processors take a third less time than one. */
const AT_ONCE = 3;
/** How far back a match may reach. */
const WINDOW = 32 * 1024;

/** The end of a stream whose pieces end in none: an empty last block. */
const streamEnd = Uint8Array.of(0x03, 0x00);

/**
 * One raw deflate stream of all pieces, compressed by themselves on other threads: each is told the end of the one before it, which leaves
 * the size as it would be, and ends on a whole byte. The bytes depend on where pieces end; a piece should be 256 KiB or more
 * and stay as it is. Left early, it ends when what is being compressed is done.
 */
export async function* deflated(pieces: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const inWork: Promise<Uint8Array[]>[] = [];
  let window: Uint8Array | undefined;
  try {
    for await (const piece of pieces) {
      inWork.push(deflatePiece(piece, level, window));
      window = piece.subarray(-WINDOW);
      if (inWork.length === AT_ONCE) yield* await (inWork.shift() as Promise<Uint8Array[]>);
    }
    for (const chunks of inWork) yield* await chunks;
    yield streamEnd;
  } finally {
    await Promise.allSettled(inWork);
  }
}

/** A failure is met when the piece's turn comes, and does not count as unhandled before. */
function deflatePiece(piece: Uint8Array, level: number, dictionary: Uint8Array = new Uint8Array()): Promise<Uint8Array[]> {
  const flushed = new Promise<Uint8Array[]>((resolve, reject) => {
    // Room for what a sheet becomes, and no end, for which the other thread would be asked once more: each time costs 50 µs.
    const chunkSize = Math.max(piece.length >> 2, 1024);
    const stream = createDeflateRaw({ level, dictionary, chunkSize, flush: constants.Z_SYNC_FLUSH });
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('error', reject);
    stream.write(piece, (error) => {
      stream.destroy();
      if (error) reject(error);
      else resolve(chunks);
    });
  });
  flushed.catch(() => undefined);
  return flushed;
}
