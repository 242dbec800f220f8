import { brotliDecompressSync, constants, createBrotliDecompress } from 'node:zlib';
import { defaultChunkSize } from '../bytes.js';
import { looksLikeJson } from '../formats/json-text.js';
import type { Packing } from './packing.js';

/** Brotli data has no signature, so it is detected by its extension. */
export const brotli: Packing = {
  kind: 'packing',
  extension: 'br',
  recognizes: (head, extension) => {
    if (extension !== brotli.extension) return undefined;
    if (head.length === 0) return 'more';
    // JSON text under that name is not brotli, though brotli data may begin with the same byte.
    return looksLikeJson(head) !== false && !canBeBrotli(head) ? undefined : 'named';
  },
  unpacker: () => createBrotliDecompress({ chunkSize: defaultChunkSize }),
  faultOf: ({ code }) => (code === 'Z_BUF_ERROR' ? 'the brotli data ends too early' : 'not brotli data, or corrupt'),
};

function canBeBrotli(head: Buffer): boolean {
  try {
    brotliDecompressSync(head.subarray(0, 4096), { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: 1 << 24 });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}
