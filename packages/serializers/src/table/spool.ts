import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import { allocate } from '../platform.js';
import { blockOf, type Lengths, partsOf } from './packed-block.js';
import type { RowBlock } from './table.js';

export interface SpoolOptions {
  /** Bytes kept in memory before a temporary file is opened. Default 8 MiB. */
  readonly spoolBudget?: number | undefined;
  /** Directory of the temporary file. Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
  /** Whether that file is read and written with calls that block the thread, which takes less processor time. Sources have their own. Default false. */
  readonly blocking?: boolean | undefined;
}

/** Keeps row blocks, in order, until they are read back once. */
export interface Spool {
  /** Adds a block. It must not change until the next append is done; if the file is `blocking`, until this one is. */
  append(block: RowBlock): Promise<void>;
  /** @param reuses whether the bytes of a block are valid only until the next block is asked for */
  read(reuses?: boolean): AsyncIterable<RowBlock>;
  close(): Promise<void>;
}

/** Number of blocks that are read at the same time, so that the next one is usually there when it is needed. Calls that block do not need it. */
const AHEAD = 3;

export function createSpool({ spoolBudget = 8 * 1024 * 1024, temporaryDirectory, blocking }: SpoolOptions): Spool {
  const inMemory: (RowBlock | undefined)[] = [];
  const inFile: Lengths[] = [];
  let size = 0;
  let file: TemporaryFile | undefined;
  /** The last write, which continues while the next block is filled. */
  let writing: Promise<void> = Promise.resolve();
  return {
    append: async (block) => {
      const parts = partsOf(block);
      const lengths = parts.map(({ length }) => length) as unknown as Lengths;
      size += total(lengths);
      if (file === undefined && size <= spoolBudget) {
        inMemory.push({ ...block, bytes: new Uint8Array(block.bytes), lengths: new Uint8Array(block.lengths) });
        return;
      }
      file ??= await openTemporaryFile(temporaryDirectory, blocking);
      await writing;
      inFile.push(lengths);
      writing = file.append(...parts);
      writing.catch(() => undefined);
      if (blocking) await writing;
    },
    read: async function* (reuses = false) {
      for (let index = 0; index < inMemory.length; index++) {
        yield inMemory[index] as RowBlock;
        inMemory[index] = undefined;
      }
      await writing;
      if (file !== undefined) yield* readBlocks(file, inFile, { reuses, ahead: blocking ? 1 : AHEAD });
    },
    close: async () => {
      inMemory.length = 0;
      await writing.catch(() => undefined);
      await file?.close();
    },
  };
}

function total(lengths: Lengths): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

interface Reads {
  readonly reuses: boolean;
  /** Number of blocks that are read at the same time. */
  readonly ahead: number;
}

async function* readBlocks(file: TemporaryFile, blocks: readonly Lengths[], { reuses, ahead }: Reads): AsyncGenerator<RowBlock> {
  const coming: Promise<RowBlock>[] = [];
  // Buffers that are used again have one size from the start: those that turned out too small would stay until a garbage collection.
  const usual = reuses
    ? Math.min(
        blocks.reduce((most, block) => Math.max(most, total(block)), USUAL),
        MOST_USUAL,
      )
    : USUAL;
  const buffers: ArrayBuffer[] = [];
  let position = 0;
  let asked = 0;
  try {
    for (let given = 0; given < blocks.length; given++) {
      for (; asked < Math.min(given + ahead, blocks.length); asked++) {
        const lengths = blocks[asked] as Lengths;
        const place = asked % ahead;
        const known = reuses ? buffers[place] : undefined;
        const buffer =
          known !== undefined && known.byteLength >= total(lengths) ? known : allocate(Math.max(total(lengths), usual)).buffer;
        buffers[place] = buffer;
        const block = readBlock(file, position, lengths, buffer);
        // A failure is thrown when the block is read. Until then it must not count as an unhandled rejection.
        block.catch(() => undefined);
        coming.push(block);
        position += total(lengths);
      }
      yield (await coming.shift()) as RowBlock;
    }
  } finally {
    await Promise.allSettled(coming);
  }
}

/** Buffer size that is large enough for most blocks. Buffers of one size can be reused; many sizes would fragment the memory. */
const USUAL = 320 * 1024;
const MOST_USUAL = 2 * 1024 * 1024;

async function readBlock(file: TemporaryFile, position: number, lengths: Lengths, buffer: ArrayBuffer): Promise<RowBlock> {
  const length = total(lengths);
  const target = new Uint8Array(buffer, 0, length);
  for (let done = 0; done < length; ) {
    const count = await file.read(target.subarray(done), position + done);
    if (count === 0) throw new Error('a temporary file is shorter than expected');
    done += count;
  }
  return blockOf(buffer, lengths);
}
