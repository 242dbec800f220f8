import { read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { chunkMemory, type LinesChunk, type Stretch } from '@dataset-items/sources';
import type { Offsets } from './checkpoints.js';
import type { ItemCounts } from './place.js';

/** The complete blocks of a file as it was when these counts were committed. */
export interface Blocks {
  readonly path: string;
  readonly stretch: Pick<Stretch, 'start' | 'end' | 'line'>;
  readonly counts: Pick<ItemCounts, 'items' | 'size' | 'tail'>;
  readonly offsets: Offsets;
}

/**
 * Most bytes of a read, unless a single block is longer. A read takes some 0.1 ms of the main thread, whatever its size, and each chunk as much
 * on its way out. Where many read at the same time, memory matters more.
 */
const mostTogether = (): number => (walks <= FEW ? 2048 * 1024 : 512 * 1024);
const FEW = 2;
/** Number of walks under way. */
let walks = 0;

/** Of all reads: new memory for each would be most of the work of a response. At most eight chunks are kept while they are not in use. */
const memory = chunkMemory(8);

interface Block {
  readonly end: number;
  readonly sum: number;
  /** Position of the first item after it. */
  readonly item: number;
}

/** The bytes of the blocks. A block is given only after its checksum was verified. @throws UnreadableSourceError */
export async function* verifiedChunks(blocks: Blocks, signal?: AbortSignal): AsyncGenerator<LinesChunk> {
  const { path, stretch } = blocks;
  const { start, end, line } = stretch;
  if (start === end) return;
  const handle = await open(path).catch((cause: Error) => {
    throw new UnreadableSourceError(path, `cannot be read: ${cause.message}`, { cause });
  });
  let [at, first] = [start, line - 1];
  walks += 1;
  try {
    for (;;) {
      const together = mostTogether();
      const group = next(at, together, blocks);
      if (group.length === 0) return;
      signal?.throwIfAborted();
      const last = group.at(-1) as Block;
      const length = last.end - at;
      // Memory for a short read is made when it is needed, because it is cheap, and large memory would wait for its reader.
      const bytes =
        length > together / 4 ? memory.take(Math.max(length, together)).subarray(0, length) : Buffer.allocUnsafe(length);
      await readAt(handle, path, at, bytes);
      checkSums(path, bytes, at, group);
      const lines = last.item - first;
      [at, first] = [last.end, last.item];
      yield { bytes, lines, ...(length <= together && { release: () => memory.giveBack(bytes) }) };
    }
  } finally {
    walks -= 1;
    await handle.close();
  }
}

/** @throws UnreadableSourceError */
export async function verifyBlocks(blocks: Blocks): Promise<void> {
  for await (const { release } of verifiedChunks(blocks)) release?.();
}

/** The blocks to be read next. */
function next(at: number, together: number, { stretch: { end }, counts: { size, tail, items }, offsets }: Blocks): Block[] {
  const group: Block[] = [];
  if (at >= end) return group;
  for (let number = offsets.numberAfter(at); ; number++) {
    const checkpoint = offsets.at(number);
    if (checkpoint === undefined || checkpoint.byte > end || checkpoint.byte > tail.byte) break;
    if (checkpoint.byte - at > together && group.length > 0) return group;
    group.push({ end: checkpoint.byte, sum: checkpoint.sum, item: checkpoint.item });
  }
  const reached = group.at(-1)?.end ?? at;
  if (reached < end && (size - at <= together || group.length === 0)) group.push({ end: size, sum: tail.sum, item: items });
  return group;
}

async function readAt(handle: FileHandle, path: string, start: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const bytesRead = await readOnce(handle.fd, bytes.subarray(done), start + done);
    if (bytesRead === 0) throw new UnreadableSourceError(path, `ends at byte ${start + done}: stored items are lost`);
    done += bytesRead;
  }
}

/** A call of `fs.read` costs the main thread less than one of a `FileHandle`. */
function readOnce(descriptor: number, target: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, position, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

function checkSums(path: string, bytes: Buffer, start: number, group: readonly Block[]): void {
  let from = 0;
  for (const { end, sum } of group) {
    if (crc32(bytes.subarray(from, end - start)) !== sum) {
      throw new UnreadableSourceError(path, `bytes ${start + from} to ${end} are damaged: their checksum does not match`);
    }
    from = end - start;
  }
}
