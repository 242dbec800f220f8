import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';

/** Codings that a response can be sent in, the preferred first. */
export type Coding = 'br' | 'gzip' | 'identity';

const CHUNK = 64 * 1024;

/** Fast settings: a stream must not wait for its compressor. Window 2^19: some 1 MB a stream, and hardly larger results. */
const compressors = {
  br: () =>
    createBrotliCompress({
      chunkSize: CHUNK,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 19 },
    }),
  gzip: () => createGzip({ chunkSize: CHUNK, level: 1 }),
} as const;

/**
 * The coding that a client likes best (`Accept-Encoding`, RFC 9110, 12.5.3). Where it takes none of ours it gets the bytes as they are:
 * a 406 would leave it with nothing.
 * @param compressible false: compressed only where the bytes as they are were refused
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

/** The stream compressed as it comes: what a chunk holds is sent before the next is asked for. Leaving it leaves `chunks`. */
export async function* compress(chunks: AsyncIterator<Uint8Array>, coding: 'br' | 'gzip'): AsyncGenerator<Uint8Array> {
  const compressor = compressors[coding]();
  const feed = async (): Promise<void> => {
    for (;;) {
      const next = await chunks.next();
      if (next.done) break;
      await written(compressor, next.value);
    }
    compressor.end();
  };
  // Reading the compressor then throws what the chunks threw.
  feed().catch((error: Error) => compressor.destroy(error));
  try {
    yield* compressor;
  } finally {
    compressor.destroy();
    await chunks.return?.();
  }
}

/** Resolves when the compressor has taken all and given out what it could make of it. */
function written(compressor: BrotliCompress | Gzip, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    compressor.write(chunk, (error) => {
      if (error) reject(error);
      else compressor.flush(resolve);
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
