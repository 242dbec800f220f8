import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import { freeMemory } from '../free-memory.js';
import { allocate } from '../platform.js';

/** Bytes that are read back once, when all are there. */
export interface KeptBytes {
  /** Adds copies of the parts. */
  append(...parts: readonly Uint8Array[]): Promise<void>;
  /** The memory of a chunk is used again for the next one. */
  read(): AsyncIterable<Uint8Array>;
  /** Frees the memory of chunks if all were read. If reading ended early, somebody may still be writing the latest chunk somewhere. */
  close(): Promise<void>;
}

/** Bytes of a chunk in memory. */
const CHUNK = 256 * 1024;
/** Bytes kept in memory. */
const BUDGET = 8 * 1024 * 1024;

/** Keeps bytes in memory, and what is over the budget in a temporary file. */
export function keptBytes(temporaryDirectory: string | undefined, budget = BUDGET): KeptBytes {
  const full: Uint8Array[] = [];
  let last = allocate(0);
  let filled = 0;
  let isRead = false;
  let size = 0;
  let file: TemporaryFile | undefined;
  const keep = async (chunk: Uint8Array): Promise<void> => {
    size += chunk.length;
    if (file === undefined && size <= budget) full.push(chunk);
    else {
      file ??= await openTemporaryFile(temporaryDirectory);
      await file.append(chunk);
    }
  };
  return {
    append: async (...parts) => {
      for (const part of parts) {
        if (filled + part.length > last.length) {
          if (filled > 0) await keep(last.subarray(0, filled));
          last = allocate(Math.max(CHUNK, part.length));
          filled = 0;
        }
        last.set(part, filled);
        filled += part.length;
      }
    },
    async *read() {
      yield* full;
      if (file !== undefined) {
        const memory = allocate(CHUNK);
        for (let position = 0; position < file.size; ) {
          const count = await file.read(memory, position);
          if (count === 0) throw new Error('a temporary file is shorter than expected');
          yield memory.subarray(0, count);
          position += count;
        }
        freeMemory([memory]);
      }
      if (filled > 0) yield last.subarray(0, filled);
      isRead = true;
    },
    close: async () => {
      if (isRead) freeMemory([...full, last]);
      full.length = 0;
      last = allocate(0);
      filled = 0;
      await file?.close();
    },
  };
}
