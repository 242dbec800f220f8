import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { unwritable } from './unwritable.js';

/**
 * Writes everything to a stream, no faster than it takes it. A reader that goes away ends it quietly.
 * @param signal ends it also while nobody reads
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
    if (!stream.write(chunk) && failure === undefined) await once(stream, 'drain', { signal }).catch(note);
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
