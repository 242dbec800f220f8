import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { unwritable } from '@dataset-items/temporary-file';

/**
 * Writes all bytes to a stream, no faster than it accepts them. Ends without an error if the reader ends early.
 * @param signal ends writing, even while there is no reader
 * @throws UnwritableOutputError, the reason of `signal`
 */
export async function writeToStream(
  bytes: AsyncIterable<Uint8Array>,
  stream: Writable,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  let failure: NodeJS.ErrnoException | undefined;
  const note = (error: Error): void => {
    failure ??= error;
  };
  stream.on('error', note);
  for await (const chunk of bytes) {
    // The stream keeps a chunk that it cannot write at once, but the chunk's memory is reused later. So small chunks are copied, and for
    // larger ones the write is awaited.
    const kept = chunk.length < stream.writableHighWaterMark ? Buffer.from(chunk) : chunk;
    if (!stream.write(kept) && failure === undefined) await once(stream, 'drain', { signal }).catch(note);
    if (failure !== undefined) break;
  }
  if (failure === undefined) await flush(stream, signal).catch(note);
  signal.throwIfAborted();
  if (failure !== undefined && failure.code !== 'EPIPE') throw unwritable(name, failure);
}

function flush(stream: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    stream.write('', (error) => (error ? reject(error) : resolve()));
  });
}

export async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
