import { Readable } from 'node:stream';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { Pause } from './pause.js';
import type { Report } from './report.js';

/** The bytes of an export, for one walk: as `bytes`, as a Node stream or as a web stream. A second walk is an `UnreadableSourceError`. */
export interface HandedOut {
  /** Ending the walk early closes the source and releases all resources. */
  readonly bytes: AsyncIterableIterator<Uint8Array>;
  /** `bytes` as a Node stream. */
  toReadable(): Readable;
  /** `bytes` as a web stream, such as the body of a `Response`. A chunk is made on demand. */
  toWeb(): ReadableStream<Uint8Array>;
  /** Resolves when `bytes` end or the walk is ended early, or the signal of the export fires. Rejects when `bytes` fail. */
  readonly report: Promise<Report>;
}

/** The report without the fields that are known only when the bytes are handed out. */
type PartialReport = Omit<Report, 'bytesWritten' | 'complete'>;

interface Handing {
  readonly report: () => PartialReport;
  readonly pause: Pause;
  readonly signal: AbortSignal | undefined;
  /** Closes the source and releases the resources of these chunks. */
  readonly close: () => Promise<void>;
}

/** Hands chunks out to one reader. When it is done, leaves, or the signal fires, everything is closed and the report settles. */
export function handOut(chunks: AsyncIterable<Uint8Array>, { report, pause, signal, close }: Handing): HandedOut {
  const iterator = chunks[Symbol.asyncIterator]();
  const { promise, resolve, reject } = deferred<Report>();
  let bytesWritten = 0;
  let ended: { readonly failure?: unknown; readonly closed: Promise<void> } | undefined;

  const closeAll = async (): Promise<void> => {
    try {
      await iterator.return?.();
    } finally {
      await close();
    }
  };
  const end = (how: { readonly failure?: unknown }): Promise<void> => {
    const closed = closeAll();
    ended = { ...how, closed };
    signal?.removeEventListener('abort', abandon);
    return closed;
  };
  const fail = async (failure: unknown): Promise<void> => {
    // The first error is reported, because closing may fail for the same reason.
    await end({ failure }).catch(() => undefined);
    if (signal?.aborted && failure === signal.reason) resolve({ ...report(), bytesWritten, complete: false });
    else reject(failure);
  };
  const finish = async (complete: boolean): Promise<void> => {
    try {
      await end({});
      resolve({ ...report(), bytesWritten, complete });
    } catch (error) {
      reject(error);
      throw error;
    }
  };
  /** Ends the export at once. A chunk that is being made fails too, because the source has the same signal. */
  const abandon = (): void => {
    if (ended === undefined) void fail(signal?.reason);
  };
  if (signal?.aborted) abandon();
  else signal?.addEventListener('abort', abandon, { once: true });

  const pull = async (): Promise<IteratorResult<Uint8Array>> => {
    let result: IteratorResult<Uint8Array>;
    try {
      await pause();
      result = await iterator.next();
    } catch (error) {
      if (ended === undefined) await fail(error);
      else await ended.closed.catch(() => undefined);
      throw error;
    }
    if (ended !== undefined) return result;
    if (result.done) await finish(true);
    else bytesWritten += result.value.length;
    return result;
  };
  const done = { done: true, value: undefined } as const;
  /** @throws UnreadableSourceError for bytes that were read: they would be taken for an empty export. */
  const unread = (): AsyncIterableIterator<Uint8Array> => {
    if (ended === undefined || 'failure' in ended) return bytes;
    throw new UnreadableSourceError('export', 'was read already, and can be read only once');
  };
  const bytes: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: unread,
    next: async () => {
      if (ended === undefined) return pull();
      if ('failure' in ended) throw ended.failure;
      return done;
    },
    return: async () => {
      if (ended === undefined) await finish(false);
      else await ended.closed.catch(() => undefined);
      return done;
    },
  };
  return {
    bytes,
    report: promise,
    toReadable: () => Readable.from(unread(), { objectMode: false }),
    toWeb: () => toWeb(unread()),
  };
}

function toWeb(bytes: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await bytes.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The reader of the bytes gets the error, so an unused report must not become an unhandled rejection. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((...settlers) => {
    [resolve, reject] = settlers;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
