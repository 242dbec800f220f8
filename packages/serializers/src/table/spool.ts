import { readAhead } from '@dataset-items/query-pipeline';
import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import type { RowBlock } from './table.js';

export interface SpoolOptions {
  /** Bytes kept in memory before a temporary file is opened. Default 8 MiB. */
  readonly spoolBudget?: number | undefined;
  /** Where the temporary file is kept. Default: the system's directory for them. */
  readonly temporaryDirectory?: string | undefined;
}

/** Keeps row blocks, in order, until they are read back once. */
export interface Spool {
  append(block: RowBlock): Promise<void>;
  read(): AsyncIterable<RowBlock>;
  close(): Promise<void>;
}

export function createSpool({ spoolBudget = 8 * 1024 * 1024, temporaryDirectory }: SpoolOptions): Spool {
  const inMemory: RowBlock[] = [];
  let size = 0;
  let file: TemporaryFile | undefined;
  /** The last write goes on while the next block is filled. */
  let writing: Promise<void> = Promise.resolve();
  return {
    append: async (block) => {
      size += sizeOf(block);
      if (file === undefined && size <= spoolBudget) {
        inMemory.push(block);
        return;
      }
      file ??= await openTemporaryFile(temporaryDirectory);
      await writing;
      writing = file.append(...encode(block));
      writing.catch(() => undefined);
    },
    read: async function* () {
      for (let index = 0; index < inMemory.length; index++) {
        yield inMemory[index] as RowBlock;
        inMemory[index] = emptyBlock;
      }
      await writing;
      if (file !== undefined) yield* readAhead(readBlocks(file));
    },
    close: async () => {
      inMemory.length = 0;
      await writing.catch(() => undefined);
      await file?.close();
    },
  };
}

const emptyBlock: RowBlock = {
  bytes: new Uint8Array(),
  ends: new Uint32Array(),
  shapes: new Uint32Array(),
  inline: new Uint32Array(),
};

function sizeOf({ bytes, ends, shapes, inline }: RowBlock): number {
  return bytes.length + 4 * (ends.length + shapes.length + inline.length);
}

/** Four lengths, then the four arrays. */
function encode({ bytes, ends, shapes, inline }: RowBlock): Uint8Array[] {
  const lengths = Uint32Array.of(ends.length, shapes.length, inline.length, bytes.length);
  return [...[lengths, ends, shapes, inline].map(asBytes), bytes];
}

function asBytes(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

const HEAD = 16;

async function* readBlocks(file: TemporaryFile): AsyncIterable<RowBlock> {
  for (let position = 0; position < file.size; ) {
    const [ends = 0, shapes = 0, inline = 0, bytes = 0] = new Uint32Array((await readAt(file, position, HEAD)).buffer);
    const length = 4 * (ends + shapes + inline) + bytes;
    const { buffer } = await readAt(file, position + HEAD, length);
    position += HEAD + length;
    yield {
      ends: new Uint32Array(buffer, 0, ends),
      shapes: new Uint32Array(buffer, 4 * ends, shapes),
      inline: new Uint32Array(buffer, 4 * (ends + shapes), inline),
      bytes: new Uint8Array(buffer, 4 * (ends + shapes + inline), bytes),
    };
  }
}

async function readAt(file: TemporaryFile, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const target = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const count = await file.read(target.subarray(done), position + done);
    if (count === 0) throw new Error('a temporary file ended before its time');
    done += count;
  }
  return target;
}
