import { setImmediate } from 'node:timers/promises';

/** The same bytes; `onEnd` is called once: when all were taken, or when they were cut or left. */
export function watchedBody(
  body: ReadableStream<Uint8Array>,
  onEnd: (bytes: number, isWhole: boolean) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  let ended = false;
  const end = (isWhole: boolean): void => {
    if (ended) return;
    ended = true;
    onEnd(bytes, isWhole);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (next.done) {
            end(true);
            controller.close();
            return;
          }
          bytes += next.value.length;
          controller.enqueue(next.value);
        } catch (error) {
          end(false);
          controller.error(error);
        }
      },
      async cancel(reason) {
        end(false);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The first bytes, and then a failure in place of the end. */
export function cutBody(body: ReadableStream<Uint8Array> | null, mostBytes: number): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  let left = mostBytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = left > 0 ? await reader?.read() : undefined;
        if (next === undefined || next.done) {
          // What was handed on before is to leave the socket.
          await setImmediate();
          controller.error(new Error('cut, as /_emulator/fail-next was told'));
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
