import { setImmediate } from 'node:timers/promises';
import type { BodyChunks } from '@dataset-items/http';

/** The same bytes. `onFirst` is called with the first chunk. `onEnd` is called once: when all were read, the body failed, or the reader cancelled. */
export function watchedBody(
  body: BodyChunks,
  onEnd: (bytes: number, isWhole: boolean) => void,
  onFirst: (chunk: Uint8Array) => void = () => {},
): BodyChunks {
  let bytes = 0;
  let ended = false;
  const end = (isWhole: boolean): void => {
    if (ended) return;
    ended = true;
    onEnd(bytes, isWhole);
  };
  return {
    async next() {
      try {
        const chunk = await body.next();
        if (chunk === undefined) end(true);
        else if (bytes === 0) onFirst(chunk);
        bytes += chunk?.length ?? 0;
        return chunk;
      } catch (error) {
        end(false);
        throw error;
      }
    },
    async cancel(reason) {
      end(false);
      await body.cancel(reason);
    },
  };
}

/** The first bytes of a body, then an error, which breaks the connection. */
export function cutBody(body: ReadableStream<Uint8Array> | null, mostBytes: number): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  let left = mostBytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = left > 0 ? await reader?.read() : undefined;
        if (next === undefined || next.done) {
          // Lets the bytes that were passed on leave the socket first.
          await setImmediate();
          controller.error(new Error('cut, as requested with /_emulator/fail-next'));
          await reader?.cancel();
          return;
        }
        const chunk = next.value.subarray(0, left);
        left -= chunk.length;
        controller.enqueue(chunk);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
