import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { unwritable } from './unwritable.js';

/** Writes everything to a stream, no faster than it takes it. A reader that goes away ends it quietly. @throws UnwritableOutputError */
export async function writeToStream(bytes: AsyncIterable<Uint8Array>, stream: Writable, name: string): Promise<void> {
  let failure: NodeJS.ErrnoException | undefined;
  const note = (error: Error): void => {
    failure ??= error;
  };
  stream.on('error', note);
  for await (const chunk of bytes) {
    if (!stream.write(chunk) && failure === undefined) await once(stream, 'drain').catch(note);
    if (failure !== undefined) break;
  }
  if (failure === undefined) await flush(stream).catch(note);
  if (failure !== undefined && failure.code !== 'EPIPE') throw unwritable(name, failure);
}

function flush(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write('', (error) => (error ? reject(error) : resolve()));
  });
}
