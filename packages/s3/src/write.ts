import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { JoinHead } from '@dataset-items/parts';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { addressOf, type S3Object, unwritable } from './place.js';
import { mostUploads } from './uploads.js';

/** Bytes that are sent at once. The last part of an upload may be shorter. */
const PIECE = 8 * 1024 * 1024;
const FIRST_BUFFER = 64 * 1024;

/** Buffers of one piece that no object needs now, at most those of one task. Allocating new ones for each object made the garbage collector run often. */
const free: Buffer[] = [];
const MOST_FREE = 2;

/** Stores bytes as an object, completely or not at all. Two pieces are in memory at most: one is filled while the other is sent. */
export async function writeObject(object: S3Object, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let upload: Multipart | undefined;
  let sending: Promise<unknown> | undefined;
  let buffer = free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BUFFER);
  let spare: Buffer | undefined;
  let [filled, bytes] = [0, 0];
  const send = async (): Promise<void> => {
    upload ??= await startMultipart(object);
    const { number, body } = { number: upload.next(), body: buffer.subarray(0, filled) };
    await throwIfFailed(sending);
    [spare, buffer] = [buffer, spare ?? free.pop() ?? Buffer.allocUnsafeSlow(PIECE)];
    filled = 0;
    sending = upload.send(number, body).catch((error: unknown) => ({ error }));
  };
  try {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; ) {
        if (filled === PIECE) await send();
        if (filled === buffer.length) buffer = grown(buffer);
        const taken = Math.min(chunk.length - from, buffer.length - filled);
        buffer.set(chunk.subarray(from, from + taken), filled);
        [from, filled] = [from + taken, filled + taken];
      }
      bytes += chunk.length;
    }
    if (upload === undefined) await put(object, buffer.subarray(0, filled));
    else {
      await send();
      await throwIfFailed(sending);
      await upload.complete();
    }
    giveBack(buffer, spare);
    return bytes;
  } catch (error) {
    await sending;
    await upload?.abort();
    throw error;
  }
}

/** Only after a success: a request that was ended may still read its buffer. */
function giveBack(...buffers: readonly (Buffer | undefined)[]): void {
  for (const buffer of buffers) if (buffer?.length === PIECE && free.length < MOST_FREE) free.push(buffer);
}

function grown(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(PIECE, buffer.length * 4));
  buffer.copy(larger);
  return larger;
}

async function throwIfFailed(sending: Promise<unknown> | undefined): Promise<void> {
  const failed = (await sending) as { readonly error: unknown } | undefined;
  if (failed !== undefined) throw failed.error;
}

/** @throws UnwritableOutputError, and the reason of the signal */
export async function put(object: S3Object, Body: Uint8Array, { mediaType, signal }: Partial<JoinHead> = {}): Promise<void> {
  const { client, bucket: Bucket, key: Key } = object;
  const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: mediaType });
  await client.send(command, until(signal)).catch((error: unknown) => {
    throw unwritable(object, error, signal);
  });
}

/** The options of a request that the signal ends. */
function until(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return { ...(signal && { abortSignal: signal }) };
}

/** An object that is made of parts. It exists when it is completed. All throw UnwritableOutputError, or the reason of the signal. */
export interface Multipart {
  /** The number of the next part. */
  next(): number;
  /** Sends a part. */
  send(number: number, body: Uint8Array): Promise<void>;
  /** Lets the store copy a range of another object as a part. */
  copy(number: number, source: { readonly key: string; readonly from: number; readonly to: number }): Promise<void>;
  complete(): Promise<void>;
  /** Removes the parts. What the store does not remove is left to its rules (docs/scale.md#an-s3-compatible-store). */
  abort(): Promise<void>;
}

/** @param head its signal ends sending and copying. It does not end other requests, which would leave an upload that nobody knows. */
export async function startMultipart(object: S3Object, { mediaType, signal }: Partial<JoinHead> = {}): Promise<Multipart> {
  const { client, bucket, key } = object;
  const fail = (error: unknown): never => {
    throw unwritable(object, error, signal);
  };
  const place = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place, ContentType: mediaType })).catch(fail);
  const upload = { ...place, UploadId };
  const etags = new Map<number, string | undefined>();
  let last = 0;
  return {
    next: () => {
      last++;
      if (last <= mostUploads) return last;
      throw new UnwritableOutputError(
        addressOf(object),
        `cannot be written: it needs more than ${mostUploads} parts of an upload`,
      );
    },
    send: async (PartNumber, Body) => {
      const command = new UploadPartCommand({ ...upload, PartNumber, Body });
      const { ETag } = await client.send(command, until(signal)).catch(fail);
      etags.set(PartNumber, ETag);
    },
    copy: async (PartNumber, { key: from, ...range }) => {
      const CopySource = `${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
      const CopySourceRange = `bytes=${range.from}-${range.to - 1}`;
      const command = new UploadPartCopyCommand({ ...upload, PartNumber, CopySource, CopySourceRange });
      const { CopyPartResult } = await client.send(command, until(signal)).catch(fail);
      etags.set(PartNumber, CopyPartResult?.ETag);
    },
    complete: async () => {
      const Parts = [...etags].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag }));
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })).catch(fail);
    },
    abort: async () => {
      // The error that ended the upload is the one to report.
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    },
  };
}
