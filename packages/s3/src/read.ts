import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { addressOf, type S3Object, statusOf, unreadable } from './place.js';

export interface ObjectRange {
  /** Default: the first byte. */
  readonly from?: number | undefined;
  /** Excluded. Default: the end. */
  readonly to?: number | undefined;
  /** The version of the object that is read. Default: the one that the first request finds. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Number of connections in a row that bring no byte. The client itself repeats requests that are not answered. */
const TRIES = 5;
/** Milliseconds before the next try after a connection that brought bytes. Each one in a row that brings none doubles them. */
const PAUSE = 100;

/**
 * The bytes of an object, as they are asked for. When the connection breaks, reading goes on with the byte that was reached, of the same
 * version of the object.
 * @throws UnreadableSourceError, also for an object that has changed meanwhile
 */
export async function* readObject(object: S3Object, range: ObjectRange = {}): AsyncGenerator<Buffer> {
  const { from = 0, signal } = range;
  let { to = Number.POSITIVE_INFINITY, etag } = range;
  let position = from;
  for (let tries = 1; position < to; tries++) {
    const answer = await ask(object, { from: position, to, etag, signal });
    etag ??= answer.ETag;
    if (answer.ETag !== etag) throw changed(object);
    to = endOf(object, answer, position, to);
    try {
      for await (const chunk of bodyOf(answer, signal)) {
        position += chunk.length;
        tries = 0;
        yield chunk;
      }
      if (position < to) throw new Error(`the answer has ended ${to - position} bytes too early`);
    } catch (error) {
      if (signal?.aborted || tries >= TRIES) throw unreadable(object, error, signal);
      await pause(PAUSE * 2 ** tries, signal);
    }
  }
}

type Asked = { readonly from: number; readonly to: number } & Pick<ObjectRange, 'etag' | 'signal'>;

async function ask(object: S3Object, { from, to, etag, signal }: Asked): Promise<GetObjectCommandOutput> {
  const { client, bucket: Bucket, key: Key } = object;
  const isWhole = from === 0 && to === Number.POSITIVE_INFINITY;
  const last = to === Number.POSITIVE_INFINITY ? '' : to - 1;
  const command = new GetObjectCommand({
    ...{ Bucket, Key },
    ...(!isWhole && { Range: `bytes=${from}-${last}` }),
    ...(etag !== undefined && { IfMatch: etag }),
  });
  try {
    return await client.send(command, { ...(signal && { abortSignal: signal }) });
  } catch (error) {
    throw statusOf(error) === 412 ? changed(object) : unreadable(object, error, signal);
  }
}

/** Where the answer ends, as an offset in the object. */
function endOf(object: S3Object, { ContentRange, ContentLength = 0 }: GetObjectCommandOutput, from: number, to: number): number {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '') ?? [];
  if (first !== undefined && Number(first) === from) return Math.min(to, Number(total));
  if (from === 0 && first === undefined && to >= ContentLength) return ContentLength;
  throw new UnreadableSourceError(addressOf(object), 'cannot be read in ranges: the store answers with other bytes');
}

/** Each chunk is taken from the connection only when it is asked for. */
async function* bodyOf({ Body }: GetObjectCommandOutput, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  if (Body === undefined) return;
  const stream = Body as AsyncIterable<Buffer> & { destroy(reason?: unknown): void };
  const leave = (): void => stream.destroy(signal?.reason);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    yield* stream;
  } finally {
    signal?.removeEventListener('abort', leave);
    stream.destroy();
  }
}

function changed(object: S3Object): UnreadableSourceError {
  return new UnreadableSourceError(addressOf(object), 'has changed while it was read');
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal?.addEventListener('abort', over, { once: true });
  });
}
