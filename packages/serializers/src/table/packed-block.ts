import type { RowBlock } from './table.js';

/** The parts of a block, in the order in which they are written. Those with numbers of four bytes come first, so that they are aligned. */
export function partsOf({ shapes, inline, long, lengths, bytes }: RowBlock): Uint8Array[] {
  return [asBytes(shapes), asBytes(inline), asBytes(long), lengths, bytes];
}

export function asBytes(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The block whose parts are in the buffer, one after the other from its start, with these lengths in bytes. */
export function blockOf(buffer: ArrayBuffer, lengths: Lengths): RowBlock {
  const [shapes, inline, long, cells, bytes] = lengths;
  return { ...numbersOf(buffer, lengths), bytes: new Uint8Array(buffer, shapes + inline + long + cells, bytes) };
}

/** The same without the bytes of rows, which may be elsewhere. */
export function numbersOf(buffer: ArrayBuffer, [shapes, inline, long, lengths]: Lengths): Omit<RowBlock, 'bytes'> {
  return {
    shapes: new Uint32Array(buffer, 0, shapes / 4),
    inline: new Uint32Array(buffer, shapes, inline / 4),
    long: new Uint32Array(buffer, shapes + inline, long / 4),
    lengths: new Uint8Array(buffer, shapes + inline + long, lengths),
  };
}

/** Lengths of the parts of a block, in bytes. */
export type Lengths = readonly [shapes: number, inline: number, long: number, lengths: number, bytes: number];
