import { setMaxListeners } from 'node:events';
import type { JoinHead, Piece } from '@dataset-items/parts';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { addressOf, type S3Object } from './place.js';
import { readObject } from './read.js';
import { lengthOf, mostUploads, type Upload, uploadsOf } from './uploads.js';
import { put, startMultipart } from './write.js';

/** Copies in the store at the same time. They cost this process no memory. */
const COPIES = 32;
/** Gathered pieces at the same time, each less than 15 MiB. */
const GATHERED = 2;

/**
 * Joins pieces into one object, completely or not at all. The store copies what is large enough, and the rest is read and sent.
 * @param keyOf the key of a piece
 * @throws UnreadableSourceError, UnwritableOutputError, and the reason of the signal
 */
export async function joinObjects(
  object: S3Object,
  pieces: readonly Piece[],
  { mediaType, signal: outer, keyOf }: JoinHead & { readonly keyOf: (name: string) => string },
): Promise<number> {
  outer?.throwIfAborted();
  const signal = AbortSignal.any(outer ? [outer] : []);
  // Each request that runs listens to it, and Node.js warns of more than ten listeners.
  setMaxListeners(0, signal);
  const bytes = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const uploads = uploadsOf(pieces);
  if (uploads.length > mostUploads) {
    const reason = `cannot be joined: it needs ${uploads.length} parts of an upload, and at most ${mostUploads} are allowed`;
    throw new UnwritableOutputError(addressOf(object), reason);
  }
  const gather = (gathered: readonly Piece[]): Promise<Uint8Array> => bytesOf(object, gathered, { keyOf, signal });
  const [first, ...others] = uploads;
  if (first === undefined || ('gather' in first && others.length === 0)) {
    await put(object, await gather(first?.gather ?? []), { mediaType, signal });
    return bytes;
  }
  const multipart = await startMultipart(object, { mediaType, signal });
  const failed = new AbortController();
  const ended = AbortSignal.any([failed.signal, signal]);
  const doAll = async (numbered: readonly (readonly [number, Upload])[], atOnce: number): Promise<void> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < numbered.length && !ended.aborted) {
        const [number, upload] = numbered[next++] as readonly [number, Upload];
        if ('gather' in upload) await multipart.send(number, await gather(upload.gather));
        else await multipart.copy(number, { ...upload.copy, key: keyOf(upload.copy.name) });
      }
    };
    const guarded = (): Promise<void> => worker().catch((error: unknown) => failed.abort(error));
    await Promise.all(Array.from({ length: atOnce }, guarded));
  };
  const numbered = uploads.map((upload) => [multipart.next(), upload] as const);
  await Promise.all([
    doAll(
      numbered.filter(([, upload]) => 'copy' in upload),
      COPIES,
    ),
    doAll(
      numbered.filter(([, upload]) => 'gather' in upload),
      GATHERED,
    ),
  ]);
  try {
    ended.throwIfAborted();
    await multipart.complete();
  } catch (error) {
    await multipart.abort();
    throw error;
  }
  return bytes;
}

async function bytesOf(
  { client, bucket }: S3Object,
  pieces: readonly Piece[],
  { keyOf, signal }: Pick<JoinHead, 'signal'> & { readonly keyOf: (name: string) => string },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) chunks.push(piece);
    else {
      const object = { client, bucket, key: keyOf(piece.name) };
      for await (const chunk of readObject(object, { ...piece, signal })) chunks.push(chunk);
    }
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
