import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import { blockOf, type Lengths, type PackedBlock, pack, partsOf, unpack } from './packed-block.js';
import type { RowBlock } from './table.js';

export interface SpoolOptions {
  /** Bytes kept in memory before a temporary file is opened. Default 8 MiB. */
  readonly spoolBudget?: number | undefined;
  /** Where the temporary file is kept. Default: the system's directory for them. */
  readonly temporaryDirectory?: string | undefined;
}

/** Keeps row blocks, in order, until they are read back once. */
export interface Spool {
  /** Takes a block whose `bytes` stay as they are until the next append is done, and the rest of it until this one is. */
  append(block: RowBlock): Promise<void>;
  read(): AsyncIterable<RowBlock>;
  close(): Promise<void>;
}

/** Blocks asked for before their turn, so that nobody waits for the disk. */
const AHEAD = 3;

export function createSpool({ spoolBudget = 8 * 1024 * 1024, temporaryDirectory }: SpoolOptions): Spool {
  const inMemory: (PackedBlock | undefined)[] = [];
  const inFile: Lengths[] = [];
  let size = 0;
  let file: TemporaryFile | undefined;
  /** The last write goes on while the next block is filled. */
  let writing: Promise<void> = Promise.resolve();
  return {
    append: async (block) => {
      const packed = pack(block);
      const parts = partsOf(packed);
      const lengths = parts.map(({ length }) => length) as unknown as Lengths;
      size += total(lengths);
      if (file === undefined && size <= spoolBudget) {
        inMemory.push({ ...packed, bytes: new Uint8Array(packed.bytes) });
        return;
      }
      file ??= await openTemporaryFile(temporaryDirectory);
      await writing;
      inFile.push(lengths);
      writing = file.append(...parts);
      writing.catch(() => undefined);
    },
    read: async function* () {
      for (let index = 0; index < inMemory.length; index++) {
        yield unpack(inMemory[index] as PackedBlock);
        inMemory[index] = undefined;
      }
      await writing;
      if (file !== undefined) yield* readBlocks(file, inFile);
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

async function* readBlocks(file: TemporaryFile, blocks: readonly Lengths[]): AsyncGenerator<RowBlock> {
  const coming: Promise<PackedBlock>[] = [];
  let position = 0;
  let asked = 0;
  try {
    for (let given = 0; given < blocks.length; given++) {
      for (; asked < Math.min(given + AHEAD, blocks.length); asked++) {
        const lengths = blocks[asked] as Lengths;
        const block = readBlock(file, position, lengths);
        // A failure is met when its turn comes, and does not count as unhandled before.
        block.catch(() => undefined);
        coming.push(block);
        position += total(lengths);
      }
      yield unpack((await coming.shift()) as PackedBlock);
    }
  } finally {
    await Promise.allSettled(coming);
  }
}

/** Room for most blocks: buffers of one size take each other's place, of many sizes they leave gaps (8 MB). */
const USUAL = 320 * 1024;

async function readBlock(file: TemporaryFile, position: number, lengths: Lengths): Promise<PackedBlock> {
  const length = total(lengths);
  const { buffer } = Buffer.allocUnsafeSlow(Math.max(length, USUAL));
  const target = new Uint8Array(buffer, 0, length);
  for (let done = 0; done < length; ) {
    const count = await file.read(target.subarray(done), position + done);
    if (count === 0) throw new Error('a temporary file ended before its time');
    done += count;
  }
  return blockOf(buffer, lengths);
}
