import type { MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/** Memory of fewer bytes is not freed: it may be the pool of `Buffer`, which Node does not give away. Its size is up to the program. */
const smallest = (): number => Math.max(128 * 1024, 2 * Buffer.poolSize);

/**
 * Frees the memory that bytes are in, if it is large, by giving it to a port that is closed; a copy of this trick is in the emulator
 * (`free-memory.ts`). Otherwise it waits for a garbage collection, and tens of megabytes of the output of zlib may wait
 * (docs/performance.md#memory). Nobody else may have bytes in this memory.
 */
export function freeMemory({ buffer }: Uint8Array): void {
  if (buffer.byteLength < smallest()) return;
  closed ??= closedPort();
  closed.postMessage(undefined, [buffer as ArrayBuffer]);
}

/** A port that keeps nothing. */
export function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
