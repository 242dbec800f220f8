import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { withPauses } from '@dataset-items/query-pipeline';

/** Compressions, by the extension of the output. */
const compressors = {
  gz: () => createGzip(),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
} as const;
export type Compression = keyof typeof compressors;

export function compressionOf(extension: string): Compression | undefined {
  return Object.hasOwn(compressors, extension) ? (extension as Compression) : undefined;
}

/** Compresses bytes. When they pause, all that came before is given. */
export async function* compress(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  const compressor = compressors[compression]();
  const flushing = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of withPauses(bytes, undefined)) {
      if (chunk === undefined) compressor.flush();
      else yield chunk;
    }
  };
  const feeding = pipeline(flushing, compressor);
  // A failure destroys the compressor, so reading it below throws the same error.
  feeding.catch(() => undefined);
  try {
    yield* compressor;
    await feeding;
  } finally {
    compressor.destroy();
  }
}
