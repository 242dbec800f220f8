import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';

/** Codings of a response, in order of preference. */
export type Coding = 'br' | 'gzip' | 'identity';

const CHUNK = 64 * 1024;

/** Fast settings, so that the network, not the compressor, is the limit. A window of 2^19 bytes takes about 1 MB of memory per stream. */
const compressors = {
  br: () =>
    createBrotliCompress({
      chunkSize: CHUNK,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 19 },
    }),
  gzip: () => createGzip({ chunkSize: CHUNK, level: 1 }),
} as const;

/**
 * The coding that a client prefers (`Accept-Encoding`, RFC 9110, 12.5.3); of equally preferred ones the first of `Coding`. A client that
 * accepts none of them gets the bytes uncompressed rather than a 406.
 * @param compressible false: compress only for clients that refuse uncompressed bytes
 */
export function codingFor(acceptEncoding: string | null, compressible: boolean): Coding {
  if (acceptEncoding === null) return 'identity';
  const weights = weightsOf(acceptEncoding);
  const other = weights.get('*');
  const identity = weights.get('identity') ?? (other === 0 ? 0 : undefined);
  if (!compressible && identity !== 0) return 'identity';
  const weightOf = (coding: 'br' | 'gzip'): number =>
    weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined) ?? other ?? 0;
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip';
  const weight = weightOf(best);
  return weight > 0 && weight >= (identity ?? 0) ? best : 'identity';
}

/**
 * Compresses a stream. Leaving it early leaves `chunks`.
 * @param flushes true: all of a chunk is sent before the next one is made, so the bytes depend on where chunks end, which a pause of the
 *   input decides. false: the bytes depend on the content only
 */
export async function* compress(
  chunks: AsyncIterator<Uint8Array>,
  coding: 'br' | 'gzip',
  flushes: boolean,
): AsyncGenerator<Uint8Array> {
  const compressor = compressors[coding]();
  const feed = async (): Promise<void> => {
    for (;;) {
      const next = await chunks.next();
      if (next.done) break;
      await written(compressor, next.value, flushes);
    }
    compressor.end();
  };
  // Reading the compressor then throws the same error.
  feed().catch((error: Error) => compressor.destroy(error));
  try {
    yield* compressor;
  } finally {
    compressor.destroy();
    await chunks.return?.();
  }
}

/** Resolves when the compressor has read the chunk, and has written its output if it is flushed. */
function written(compressor: BrotliCompress | Gzip, chunk: Uint8Array, flushes: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    compressor.write(chunk, (error) => {
      if (error) reject(error);
      else if (flushes) compressor.flush(resolve);
      else resolve();
    });
  });
}

function weightsOf(acceptEncoding: string): Map<string, number> {
  return new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((element) => {
        const [coding = '', ...parameters] = element.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
        return [coding, weight === undefined ? 1 : Number(weight) || 0] as const;
      })
      .filter(([coding]) => coding !== ''),
  );
}
