import type { MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/**
 * Frees the memory of bytes at once, by giving it to a port that is closed. Otherwise it waits for a garbage collection, and tens of megabytes
 * of the output of zlib may wait (docs/performance.md#memory). The bytes must have memory of their own.
 */
export function freeMemory({ buffer }: Uint8Array): void {
  closed ??= closedPort();
  closed.postMessage(undefined, [buffer as ArrayBuffer]);
}

/** A port that keeps nothing. */
export function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
