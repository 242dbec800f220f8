import type { MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/** Smaller memory, in bytes, is left to the garbage collector. */
const LARGE = 16 * 1024;

/** Memory that may be the pool of `Buffer`, which Node does not give away. Its size is up to the program. */
const mayBePool = (memory: ArrayBuffer): boolean =>
  memory.byteLength < Math.max(128 * 1024, 2 * (globalThis.Buffer?.poolSize ?? 0));

/**
 * Frees the memory that chunks are in, where it is large: the chunks then have no bytes any more. Nobody else may have bytes in this memory.
 *
 * Otherwise V8 frees it when it collects garbage. Tens of megabytes may wait for that, and because V8 counts such memory, a process with little
 * else on its heap would collect all garbage after every few megabytes (docs/performance.md#memory). A port that is closed takes the memory over
 * and drops it.
 */
export function freeMemory(chunks: readonly Uint8Array[]): void {
  const memories = chunks.flatMap(({ buffer, byteLength }) => {
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LARGE) return [];
    return byteLength < buffer.byteLength && mayBePool(buffer) ? [] : buffer;
  });
  if (memories.length === 0) return;
  closed ??= closedPort();
  closed.postMessage(undefined, [...new Set(memories)]);
}

/** A port that keeps nothing. */
export function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
