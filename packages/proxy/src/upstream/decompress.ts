import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { valuesOf } from '../header-lines.js';
import type { Answer } from './exchange.js';
import { upstreamFailure } from './failure.js';

const decompressors = {
  br: createBrotliDecompress,
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
} as const;

/** The body of a response, decompressed by its `Content-Encoding`. @throws RefusedRequestError for an unknown coding */
export function decompressed({ headers, body }: Answer, origin: string): Readable {
  const codings = valuesOf(headers, 'content-encoding').flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  return codings.reverse().reduce<Readable>((from, coding) => {
    if (coding === '' || coding === 'identity') return from;
    if (!Object.hasOwn(decompressors, coding)) {
      body.destroy();
      throw upstreamFailure(origin, new Error(`unknown content coding ${coding}`));
    }
    const into = decompressors[coding as keyof typeof decompressors]();
    // A reader gets the error. Without a reader it must not end the process.
    into.on('error', () => {});
    from.on('error', (error) => into.destroy(error));
    into.on('close', () => from.destroy());
    return from.pipe(into);
  }, body);
}
