import { sharedTemporaryFile } from '@dataset-items/temporary-file';
import type { StoredRange } from '../ranges/stored-rows.js';
import type { Extent, SpooledRows, SpoolPlace } from './messages.js';

/** The temporary file of all threads, as one of them sees it. */
export interface SharedSpool {
  /** Writes bytes where no other thread writes, one call after the other. @throws UnwritableOutputError */
  write(bytes: Uint8Array): Promise<Extent>;
  /** The bytes in order. The memory of a chunk is used again for the next one. */
  read(extents: readonly Extent[]): AsyncIterable<Uint8Array>;
  /** Rows that any thread has written. */
  range(rows: SpooledRows): StoredRange;
}

const CHUNK = 1024 * 1024;
/** Bytes that a thread takes of the file at a time, so that what it writes is in one place. */
const AREA = 8 * 1024 * 1024;

/** @param blocking whether the file is read and written with calls that block the thread */
export function sharedSpool({ descriptor, directory, end }: SpoolPlace, blocking: boolean): SharedSpool {
  const file = sharedTemporaryFile(descriptor, directory, blocking);
  const given = new BigInt64Array(end);
  let next = 0;
  let left = 0;
  /** Memory of chunks, for one reader after the other. */
  const idle: Uint8Array[] = [];
  const read: SharedSpool['read'] = async function* (extents) {
    const memory = idle.pop() ?? new Uint8Array(CHUNK);
    try {
      for (const [position, length] of extents) {
        for (let done = 0; done < length; ) {
          const count = await file.read(memory.subarray(0, Math.min(CHUNK, length - done)), position + done);
          if (count === 0) throw new Error('a temporary file is shorter than expected');
          yield memory.subarray(0, count);
          done += count;
        }
      }
    } finally {
      idle.push(memory);
    }
  };
  return {
    read,
    write: async (bytes) => {
      if (bytes.length > left) {
        left = Math.max(AREA, bytes.length);
        next = Number(Atomics.add(given, 0, BigInt(left)));
      }
      const position = next;
      next += bytes.length;
      left -= bytes.length;
      await file.write(position, bytes);
      return [position, bytes.length];
    },
    range: ({ rows, extents, size, learned }) => ({
      rows,
      open: async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of read([learned])) chunks.push(new Uint8Array(chunk));
        const packed = { size, bytes: (from: number, to: number) => read(within(extents, from, to)) };
        const known = JSON.parse(Buffer.concat(chunks).toString());
        return known === null ? undefined : { learned: known, packed };
      },
    }),
  };
}

/** Bytes after others, which may continue the last extent. */
export function joined(extents: readonly Extent[], [position, length]: Extent): readonly Extent[] {
  const [from, before] = extents.at(-1) ?? [0, 0];
  if (before === 0 || from + before !== position) return [...extents, [position, length]];
  return [...extents.slice(0, -1), [from, before + length]];
}

/** The bytes from a place among those of the extents to another one, which is excluded. */
export function within(extents: readonly Extent[], from: number, to: number): Extent[] {
  const found: Extent[] = [];
  let place = 0;
  for (const [position, length] of extents) {
    const [start, end] = [Math.max(from, place), Math.min(to, place + length)];
    if (start < end) found.push([position + start - place, end - start]);
    place += length;
  }
  return found;
}
