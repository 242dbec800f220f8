import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** Compressions that the extension of an output can ask for. */
const compressors = {
  gz: () => createGzip(),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
} as const;
export type Compression = keyof typeof compressors;

export function compressionOf(extension: string): Compression | undefined {
  return Object.hasOwn(compressors, extension) ? (extension as Compression) : undefined;
}

export async function* compress(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  const compressor = compressors[compression]();
  const feeding = pipeline(Readable.from(bytes, { objectMode: false }), compressor);
  // Met below when the compressor, which the failure destroys, is read on; not unhandled before.
  feeding.catch(() => undefined);
  try {
    yield* compressor;
    await feeding;
  } finally {
    compressor.destroy();
  }
}
