import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Writes all chunks, waits whenever the stream's buffer is full, and then until the stream is closed. */
export async function writeAll(stream: Writable, pieces: Iterable<unknown>): Promise<void> {
  for (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await finished(stream);
}

/** Items in arrays of a fixed length, for software that takes arrays. */
export function* inBatches<T>(items: Iterable<T>, size = 1000): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
