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
  // Not a pending answer but a source that waits to be asked: nobody will ask it again.
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
        signal.addEventListener('abort', abandon, { once: true });
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
