import type { IncomingMessage } from 'node:http';

/** A body that begins to be read on demand: the server discards one that is not read. */
export function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        chunks ??= incoming.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks?.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Calls `take` with each chunk of a body, without a stream between them. What is left after an error of `take` is discarded.
 * @throws the error of `take`, or the reason why the body is not complete
 */
export function eachChunkOf(incoming: IncomingMessage, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      incoming.off('data', data).off('end', end).off('error', fail).off('close', close);
    };
    const end = (): void => {
      stop();
      resolve();
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error);
    };
    const close = (): void => fail(incoming.errored ?? new Error('the connection closed before the end of the body'));
    const data = (chunk: Uint8Array): void => {
      try {
        take(chunk);
      } catch (error) {
        fail(error);
        incoming.resume();
      }
    };
    if (incoming.readableEnded) end();
    else if (incoming.destroyed) close();
    else incoming.on('end', end).on('error', fail).on('close', close).on('data', data);
  });
}
