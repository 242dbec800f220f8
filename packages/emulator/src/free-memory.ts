import { MessageChannel } from 'node:worker_threads';

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/** Bytes of a chunk from which it is worth it. */
const LARGE = 16 * 1024;

/**
 * Frees the memory of large chunks, which then have no bytes any more. Only for chunks whose memory nobody else has.
 *
 * Otherwise V8 frees it when it collects garbage. It counts such memory, so in a process with little else on its heap it would collect all
 * garbage after every few megabytes. A port that is closed takes the memory over and drops it.
 */
export function freeChunks(chunks: readonly Uint8Array[]): void {
  const memories = chunks.flatMap(({ buffer, byteLength }) =>
    byteLength >= LARGE && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer ? buffer : [],
  );
  if (memories.length > 0) nowhere.postMessage(undefined, memories);
}
