import type { LearnedColumns } from '@dataset-items/query-pipeline';
import { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { freeMemory } from '../free-memory.js';
import { rowArranger } from './arrange-rows.js';
import { keptBytes } from './kept-bytes.js';
import { numbersOf, partsOf } from './packed-block.js';
import { bareRow, type RowBlock, type Shape, type Table } from './table.js';

/** Bytes of a chunk of arranged rows. */
const ARRANGED = 256 * 1024;
/** Bytes of rows that are a stretch in a part of any size. In a smaller part, a sixteenth of its bytes is enough. */
const LARGE_STRETCH = 1024 * 1024;
/** Numbers of four bytes before a block: the lengths of its parts, and before them that of the shapes that are new with it. */
const HEADER = 6;

/** Rows as bytes that another process can finish. */
export interface PackedRows {
  /** Number of bytes of all rows. After them is what says which cells they have. */
  readonly size: number;
  /** The bytes from a place to another one, which is excluded. Memory of a chunk may be used again when the next one is requested. */
  bytes(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Rows that need no change: their place among the bytes of all rows. `to` is excluded. */
export interface RowStretch {
  readonly from: number;
  readonly to: number;
}

/** A table that becomes packed rows. */
export interface Packing {
  /** Memory of a chunk is used again when the next one is requested. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** `size` of `PackedRows`, after the last chunk. */
  size(): number;
}

/**
 * Packs rows: first those of all blocks, so that they may be used as they are, then for each block its shapes that no earlier block has, and
 * its other parts. Numbers are in the byte order of the machine, which is the same on all that Node runs on.
 */
export function packTable({ blocks, shapes }: Pick<Table, 'blocks' | 'shapes'>, temporaryDirectory?: string): Packing {
  let size = 0;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    const facts = keptBytes(temporaryDirectory);
    let known = 0;
    try {
      for await (const block of blocks) {
        const added = Uint32Array.from(shapes.slice(known).flatMap(({ columns }) => [columns.length, ...Array.from(columns)]));
        known = shapes.length;
        const parts = partsOf(block);
        const header = Uint32Array.from([added.byteLength, ...parts.map(({ length }) => length)]);
        await facts.append(new Uint8Array(header.buffer), new Uint8Array(added.buffer), ...parts.slice(0, -1));
        size += block.bytes.length;
        if (block.bytes.length > 0) yield block.bytes;
      }
      yield* facts.read();
    } finally {
      await facts.close();
    }
  };
  return { chunks: chunks(), size: () => size };
}

/** A block without its bytes, which are a stretch of all. */
interface PlacedBlock extends RowStretch {
  readonly block: Omit<RowBlock, 'bytes'>;
}

/** The blocks of packed rows, each valid until the next one is requested. The list of shapes grows with each block. */
function placedBlocks({ size, bytes }: PackedRows) {
  const shapes: Shape[] = [];
  const blocks = async function* (): AsyncGenerator<PlacedBlock> {
    const { take, close } = takerOf(bytes(size, Number.POSITIVE_INFINITY));
    const memory = wordMemory();
    let from = 0;
    let isUnused = false;
    try {
      for (let header = await take(4 * HEADER); header.length > 0; header = await take(4 * HEADER)) {
        const [added = 0, ...lengths] = words(header);
        const numbers = words(await take(added));
        for (let at = 0; at < numbers.length; at += 1 + (numbers[at] as number)) {
          shapes.push({ found: [], order: [], columns: numbers.slice(at + 1, at + 1 + (numbers[at] as number)) });
        }
        const [shape = 0, inline = 0, long = 0, cells = 0, length = 0] = lengths;
        const block = numbersOf(memory.put(await take(shape + inline + long + cells)), [shape, inline, long, cells, length]);
        yield { block, from, to: from + length };
        from += length;
      }
      isUnused = true;
    } finally {
      await close(isUnused);
      if (isUnused) memory.free();
    }
  };
  return { shapes, blocks: blocks() };
}

function copyOf({ lengths, long, shapes, inline }: PlacedBlock['block']): PlacedBlock['block'] {
  return { lengths: lengths.slice(), long: long.slice(), shapes: shapes.slice(), inline: inline.slice() };
}

/** Memory that is used again for the next bytes, which are copied to its start, so that numbers of four bytes in them are aligned. */
function wordMemory() {
  let memory = new ArrayBuffer(0);
  return {
    put: (bytes: Uint8Array): ArrayBuffer => {
      if (bytes.length > memory.byteLength) memory = new ArrayBuffer(bytes.length + (bytes.length >> 2));
      new Uint8Array(memory).set(bytes);
      return memory;
    },
    free: (): void => freeMemory([new Uint8Array(memory)]),
  };
}

/** Bytes in memory of their own, as numbers of four bytes. */
function words(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const { buffer } = new Uint8Array(bytes);
  return new Uint32Array(buffer, 0, buffer.byteLength >> 2);
}

/** Reads stretches of packed rows, of which each begins after the one before it. */
function stretchReader({ size, bytes }: PackedRows) {
  let taker: ReturnType<typeof takerOf> | undefined;
  let place = 0;
  const close = async (isUnused: boolean): Promise<void> => {
    await taker?.close(isUnused);
    taker = undefined;
  };
  const read = async ({ from, to }: RowStretch): Promise<Uint8Array> => {
    if (from === to) return new Uint8Array();
    if (place !== from) await close(true);
    taker ??= takerOf(bytes(from, size));
    place = to;
    return taker.take(to - from);
  };
  return { read, close };
}

/** Packed rows again as blocks. The list of shapes grows with each block. */
export function unpackTable(packed: PackedRows): Pick<Table, 'blocks' | 'shapes'> {
  const { shapes, blocks: placed } = placedBlocks(packed);
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    const { read, close } = stretchReader(packed);
    let isUnused = false;
    try {
      for await (const { block, ...stretch } of placed) yield { ...block, bytes: await read(stretch) };
      isUnused = true;
    } finally {
      await close(isUnused);
    }
  };
  return { shapes, blocks: blocks() };
}

/** Takes exactly so many bytes from chunks; none at the end of the chunks. They are valid until the next call. */
function takerOf(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk = new Uint8Array();
  let memory = new Uint8Array();
  /** @returns false: there are no more chunks */
  const next = async (): Promise<boolean> => {
    const { done, value } = await iterator.next();
    if (!done) chunk = value as Uint8Array<ArrayBuffer>;
    return !done;
  };
  const take = async (length: number): Promise<Uint8Array> => {
    while (chunk.length === 0 && length > 0) if (!(await next())) return chunk;
    if (chunk.length >= length) {
      const taken = chunk.subarray(0, length);
      chunk = chunk.subarray(length);
      return taken;
    }
    if (memory.length < length) memory = new Uint8Array(length + (length >> 2));
    for (let filled = 0; filled < length; ) {
      if (chunk.length === 0 && !(await next())) throw new Error('the rows of a part end within a block');
      const count = Math.min(length - filled, chunk.length);
      memory.set(chunk.subarray(0, count), filled);
      chunk = chunk.subarray(count);
      filled += count;
    }
    return memory.subarray(0, length);
  };
  /** @param isUnused whether nobody uses what was taken. If reading ended early, somebody may */
  const close = async (isUnused: boolean): Promise<void> => {
    await iterator.return?.();
    if (isUnused) freeMemory([memory]);
  };
  return { take, close };
}

/** Where columns that some records have shown are in the table of all records, by their ids. -1: dropped. */
export function positionsIn(names: readonly string[], learned: LearnedColumns): Int32Array {
  const places = new Map(names.map((name, place) => [name, place]));
  return Int32Array.from(learned.columns, (column) => (column && places.get(column.name)) ?? -1);
}

/** How packed rows are written under the columns of all records. */
export interface Arranging {
  readonly names: readonly string[];
  readonly learned: LearnedColumns;
  readonly writeCell: CellWriter;
  /** Largest number of stretches that are not read but given by their place. Default 0. */
  readonly mostStretches?: number | undefined;
}

/**
 * Packed rows as the format writes them, under the columns of all records. Rows of consecutive blocks that have these columns already need not
 * be read. The memory of a chunk is used again for the next one.
 */
export async function* arrangedRows(
  packed: PackedRows,
  { names, learned, writeCell, mostStretches = 0 }: Arranging,
): AsyncGenerator<Uint8Array | RowStretch> {
  const leastStretch = Math.min(LARGE_STRETCH, Math.max(1, packed.size >> 4));
  const { shapes, blocks } = placedBlocks(packed);
  const writer = new ByteWriter(ARRANGED, true);
  const { finalFrom, write } = rowArranger({ names, positions: positionsIn(names, learned), shapes }, writeCell.row ?? bareRow);
  const { read, close } = stretchReader(packed);
  let stretches = 0;
  let isUnused = false;
  /** The latest rows that need no change: their blocks, while they are too few for a stretch, and the stretch of all of them. */
  let held: PlacedBlock[] = [];
  let stretch: RowStretch | undefined;
  const writeBlock = async function* ({ block, ...place }: PlacedBlock): AsyncGenerator<Uint8Array> {
    yield* write({ ...block, bytes: await read(place) }, writer);
  };
  const writeHeld = async function* (): AsyncGenerator<Uint8Array | RowStretch> {
    if (stretch !== undefined && held.length === 0) {
      if (writer.length > 0) yield writer.take();
      yield stretch;
      stretches++;
    }
    for (const placed of held) yield* writeBlock(placed);
    held = [];
    stretch = undefined;
  };
  try {
    for await (const placed of blocks) {
      const { block, from, to } = placed;
      const before = stretches < mostStretches ? finalFrom(block) : undefined;
      if (before?.rows === 0) {
        const { from: start }: RowStretch = stretch ?? placed;
        const isFew = stretch === undefined || held.length > 0;
        stretch = { from: start, to };
        if (to - start >= leastStretch) held = [];
        else if (isFew) held.push({ ...placed, block: copyOf(block) });
        continue;
      }
      yield* writeHeld();
      if (before === undefined || stretches === mostStretches || to - from - before.bytes < leastStretch)
        yield* writeBlock(placed);
      else {
        const cut = from + before.bytes;
        yield* writeBlock({ block: { ...block, shapes: block.shapes.subarray(0, before.rows) }, from, to: cut });
        stretch = { from: cut, to };
      }
    }
    yield* writeHeld();
    if (writer.length > 0) yield writer.take();
    isUnused = true;
  } finally {
    await close(isUnused);
  }
}
