import type { RowBlock } from './table.js';

/** A block as it waits: a byte for a cell instead of four, as the ends of cells are a quarter of what is written for rows of short ones. */
export interface PackedBlock {
  readonly shapes: Uint32Array;
  readonly inline: Uint32Array;
  /** Lengths of cells that take more than a byte, in order. */
  readonly long: Uint32Array;
  /** From the end of one cell to the end of the next; `LONG`: the next of `long`. */
  readonly lengths: Uint8Array;
  readonly bytes: Uint8Array;
}

const LONG = 255;

export function pack({ bytes, ends, shapes, inline }: RowBlock): PackedBlock {
  const lengths = new Uint8Array(ends.length);
  const long: number[] = [];
  let before = 0;
  for (let cell = 0; cell < ends.length; cell++) {
    const end = ends[cell] as number;
    const length = end - before;
    before = end;
    if (length >= LONG) long.push(length);
    lengths[cell] = Math.min(length, LONG);
  }
  return { shapes, inline, long: Uint32Array.from(long), lengths, bytes };
}

/** With all that a block has: a getter would give each block a hidden class of its own, which keeps it (30 MB of a workbook, measured). */
export function unpack({ shapes, inline, long, lengths, bytes }: PackedBlock): RowBlock {
  return { bytes, ends: endsOf(lengths, long), shapes, inline };
}

function endsOf(lengths: Uint8Array, long: Uint32Array): Uint32Array {
  const ends = new Uint32Array(lengths.length);
  let end = 0;
  let nextLong = 0;
  for (let cell = 0; cell < lengths.length; cell++) {
    const length = lengths[cell] as number;
    end += length < LONG ? length : (long[nextLong++] as number);
    ends[cell] = end;
  }
  return ends;
}

/** The parts of a block, one after the other: those of four bytes first. */
export function partsOf({ shapes, inline, long, lengths, bytes }: PackedBlock): Uint8Array[] {
  return [asBytes(shapes), asBytes(inline), asBytes(long), lengths, bytes];
}

function asBytes(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The same out of the bytes of all parts, given how long each is. @param buffer from its start */
export function blockOf(buffer: ArrayBuffer, [shapes, inline, long, lengths, bytes]: Lengths): PackedBlock {
  return {
    shapes: new Uint32Array(buffer, 0, shapes / 4),
    inline: new Uint32Array(buffer, shapes, inline / 4),
    long: new Uint32Array(buffer, shapes + inline, long / 4),
    lengths: new Uint8Array(buffer, shapes + inline + long, lengths),
    bytes: new Uint8Array(buffer, shapes + inline + long + lengths, bytes),
  };
}

/** Of the parts of a block, in bytes. */
export type Lengths = readonly [shapes: number, inline: number, long: number, lengths: number, bytes: number];
