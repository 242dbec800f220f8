import { once } from 'node:events';
import { close, constants, open } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { unwritable } from '@dataset-items/temporary-file';
import { writeToStream } from './stream.js';

/** Milliseconds between two checks for a reader. */
const BETWEEN_LOOKS = 50;

/**
 * Writes all bytes into a named pipe, once it has a reader. Neither opening nor writing blocks a thread, because a signal could not end such
 * a thread. If the reader ends early, writing ends without an error, as on standard output.
 * @throws UnwritableOutputError, the reason of `signal`
 */
export async function writeToPipe(bytes: AsyncIterable<Uint8Array>, path: string, signal: AbortSignal): Promise<void> {
  const descriptor = await openForReader(path, signal);
  const stream = socketOf(descriptor, path);
  try {
    await writeToStream(bytes, stream, path, signal);
    stream.end();
    if (!stream.closed) await once(stream, 'close', { signal });
  } finally {
    stream.destroy();
  }
}

async function openForReader(path: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await promisify(open)(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // It has no reader yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw unwritable(path, error as Error);
    }
    await delay(BETWEEN_LOOKS, undefined, { signal }).catch(() => undefined);
  }
}

function socketOf(fd: number, path: string): Socket {
  const { Socket } = process.getBuiltinModule('node:net');
  try {
    return new Socket({ fd, readable: false, writable: true });
  } catch (error) {
    close(fd, () => {});
    throw unwritable(path, error as Error);
  }
}
