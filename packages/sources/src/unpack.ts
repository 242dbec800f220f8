import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync, constants, createBrotliDecompress, createGunzip } from 'node:zlib';
import { defaultChunkSize } from './bytes.js';
import type { Packing } from './detect.js';
import { Malformed } from './faults.js';

const unpackers = {
  gzip: () => createGunzip({ chunkSize: defaultChunkSize }),
  brotli: () => createBrotliDecompress({ chunkSize: defaultChunkSize }),
} as const;

/** Bytes as they were before they were compressed. @throws Malformed for bytes that are not whole or not that */
export async function* unpack(packing: Packing, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const unpacker = unpackers[packing]();
  // What the chunks throw comes as it is; only what the unpacker says is about the data.
  let failure: { error: unknown } | undefined;
  const feed = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  let length = 0;
  const fed = pipeline(Readable.from(feed(), { objectMode: false, highWaterMark: 1 }), unpacker);
  // Its failure comes out of the unpacker as well.
  fed.catch(() => undefined);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      length += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (failure !== undefined) throw failure.error;
    throw new Malformed(length, reasonOf(packing, cause as NodeJS.ErrnoException), { cause, fatal: true });
  } finally {
    unpacker.destroy();
    await fed.catch(() => undefined);
  }
}

function reasonOf(packing: Packing, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'Z_BUF_ERROR') return `the ${packing} data ends too early`;
  return packing === 'gzip' ? `the gzip data is corrupt: ${message}` : 'not brotli data, or corrupt';
}

/** Whether these first bytes can be the start of brotli data. */
export function isBrotli(head: Buffer): boolean {
  try {
    brotliDecompressSync(head.subarray(0, 4096), { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: 1 << 24 });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}
