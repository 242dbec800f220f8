import type { BodyChunks } from './chunks.js';
import { RefusedRequestError } from './failure.js';

export interface BodyOptions {
  /** Called once: when the last byte was read, the bytes failed, or the reader stopped early. */
  readonly onEnd: () => void;
  /** Called when the bytes failed or the server ended them, so the response is cut off. Not called when the reader stopped early. */
  readonly onFailure: (error: unknown) => void;
  /** Aborting it ends the export at once, even while its source does not answer. */
  readonly leave: AbortController;
}

/** The body of a response. A chunk is made only after the one before was read. */
export function bodyOf(chunks: AsyncIterator<Uint8Array>, { onEnd, onFailure, leave }: BodyOptions): BodyChunks {
  const { signal } = leave;
  let ended = false;
  let failed: { readonly reason: unknown } | undefined;
  let waiting: { resolve(end: undefined): void; reject(reason: unknown): void } | undefined;
  const end = (): void => {
    ended = true;
    signal.removeEventListener('abort', abandon);
    onEnd();
  };
  const fail = (reason: unknown, isLogged: boolean): void => {
    end();
    failed = { reason };
    if (isLogged) onFailure(reason);
    waiting?.reject(reason);
  };
  const close = async (): Promise<void> => {
    try {
      await chunks.return?.();
    } catch (error) {
      if (error !== signal.reason) onFailure(error);
    }
  };
  // When no chunk is being made, nothing else would end the body.
  const abandon = (): void => {
    // The server itself ended the response.
    fail(signal.reason, signal.reason instanceof RefusedRequestError);
    void close();
  };
  if (signal.aborted) abandon();
  else signal.addEventListener('abort', abandon, { once: true });
  return {
    next() {
      if (failed !== undefined) return Promise.reject(failed.reason);
      if (ended) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        chunks.next().then(
          ({ done, value }) => {
            if (ended) return;
            if (done) end();
            resolve(done ? undefined : value);
          },
          (error) => {
            if (!ended) fail(error, true);
          },
        );
      });
    },
    async cancel(reason) {
      if (ended) return;
      end();
      waiting?.resolve(undefined);
      leave.abort(reason);
      await close();
    },
  };
}

/** Stops waiting for an answer when the client leaves; `onLate` gets an answer that comes later, and later errors are ignored. */
export function orLeave<T>(answer: Promise<T>, signal: AbortSignal, onLate?: (value: T) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => {
      reject(signal.reason);
      answer.then(onLate).catch(() => undefined);
    };
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}

/** The same chunks, after the first one was made. */
export async function started(chunks: AsyncIterator<Uint8Array>): Promise<AsyncIterator<Uint8Array>> {
  return chunksAfter([Promise.resolve(await chunks.next())], chunks);
}

/** Size in bytes of the longest body that is sent in one piece. */
const MOST_WHOLE = 256 * 1024;

/**
 * All bytes, if they are one chunk and this is known in the same turn of the event loop, as it is of most pages; else the same chunks. The
 * memory of a chunk may be used again when the next one is requested.
 */
export async function inOnePiece(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | AsyncIterator<Uint8Array>> {
  const first = await chunks.next();
  if (first.done) return new Uint8Array();
  if (first.value.length > MOST_WHOLE) return chunksAfter([Promise.resolve(first)], chunks);
  const value = new Uint8Array(first.value);
  const second = chunks.next();
  const isWhole = second.then(
    ({ done }) => done === true,
    // Whoever reads the chunks gets the error.
    () => false,
  );
  const turn = new Promise<false>((resolve) => setImmediate(resolve, false));
  return (await Promise.race([isWhole, turn])) ? value : chunksAfter([Promise.resolve({ done: false, value }), second], chunks);
}

/** Results that were read ahead, and then the others. */
function chunksAfter(ahead: Promise<IteratorResult<Uint8Array>>[], chunks: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    next: () => ahead.shift() ?? chunks.next(),
    return: async () => {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}
