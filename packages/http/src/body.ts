export interface BodyOptions {
  /** Called once, when the last byte was taken, the bytes failed, or their reader left. */
  readonly onEnd: () => void;
  /** The bytes failed, and the response is cut; not called for a reader that left. */
  readonly onFailure: (error: unknown) => void;
  /** Ends what makes the bytes at once, also while it does not answer. */
  readonly leave: AbortController;
}

/**
 * The body of a response: a chunk is asked for when the one before was taken, never earlier. Chunks are handed on as they are: a stream
 * of type `bytes` would take their buffers away, which compressors share between chunks.
 */
export function bodyOf(chunks: AsyncIterator<Uint8Array>, { onEnd, onFailure, leave }: BodyOptions): ReadableStream<Uint8Array> {
  const { signal } = leave;
  let ended = false;
  const end = (): void => {
    ended = true;
    signal.removeEventListener('abort', abandon);
    onEnd();
  };
  const close = async (): Promise<void> => {
    try {
      await chunks.return?.();
    } catch (error) {
      if (error !== signal.reason) onFailure(error);
    }
  };
  // Where the source waits to be asked, no pending answer would tell it.
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const abandon = (): void => {
    if (ended) return;
    end();
    controller.error(signal.reason);
    void close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        if (signal.aborted) abandon();
        else signal.addEventListener('abort', abandon, { once: true });
      },
      async pull() {
        try {
          const next = await chunks.next();
          if (ended) return;
          if (!next.done) return controller.enqueue(next.value);
          end();
          controller.close();
        } catch (error) {
          if (ended) return;
          end();
          onFailure(error);
          controller.error(error);
        }
      },
      async cancel(reason) {
        if (ended) return;
        end();
        leave.abort(reason);
        await close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Gives up on what does not answer when the client is gone. What it throws later is of no interest. */
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

/** The same chunks, the first of which is there. */
export async function started(chunks: AsyncIterator<Uint8Array>): Promise<AsyncIterator<Uint8Array>> {
  let first: IteratorResult<Uint8Array> | undefined = await chunks.next();
  return {
    next: async () => {
      const next = first ?? (await chunks.next());
      first = undefined;
      return next;
    },
    return: async () => {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}
