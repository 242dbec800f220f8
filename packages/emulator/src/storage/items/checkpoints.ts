import { crc32 } from 'node:zlib';
import type { Kind } from '../../store/kinds.js';

/** Least number of bytes between checkpoints. It limits what is read needlessly before a page. */
const spacing = 32 * 1024;
const LF = 0x0a;

/** Position of an item (from 0), the byte at which its line begins, and the checksum of the bytes since the previous checkpoint. */
export interface Checkpoint {
  readonly item: number;
  readonly byte: number;
  readonly sum: number;
}

/** The part of a file after its last checkpoint. */
export interface Tail {
  /** Number of checkpoints. */
  readonly checkpoints: number;
  /** The byte at which it begins. */
  readonly byte: number;
  /** Its checksum. */
  readonly sum: number;
}

export const noTail: Tail = { checkpoints: 0, byte: 0, sum: 0 };

/** 20 bytes each, little-endian: item and byte as doubles, then the checksum. */
export const checkpointKind: Kind<Checkpoint> = {
  name: 'checkpoints',
  encode({ item, byte, sum }) {
    const bytes = Buffer.alloc(20);
    bytes.writeDoubleLE(item, 0);
    bytes.writeDoubleLE(byte, 8);
    bytes.writeUInt32LE(sum, 16);
    return bytes;
  },
  decode(bytes) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return { item: view.readDoubleLE(0), byte: view.readDoubleLE(8), sum: view.readUInt32LE(16) };
  },
};

export interface Walked {
  readonly tail: Tail;
  readonly added: readonly Checkpoint[];
  readonly items: number;
  readonly size: number;
}

/** Scans complete lines that are appended to a file, one item per line. */
export function walk(start: Omit<Walked, 'added'>, parts: Iterable<Buffer>): Walked {
  const added: Checkpoint[] = [];
  let { items, size } = start;
  let { checkpoints, byte, sum } = start.tail;
  for (const part of parts) {
    let from = 0;
    for (let found = part.indexOf(LF); found !== -1; found = part.indexOf(LF, found + 1)) {
      items++;
      const end = size + found + 1;
      if (end - byte < spacing) continue;
      added.push({ item: items, byte: end, sum: crc32(part.subarray(from, found + 1), sum) });
      [from, byte, sum] = [found + 1, end, 0];
      checkpoints++;
    }
    sum = crc32(part.subarray(from), sum);
    size += part.length;
  }
  return { tail: { checkpoints, byte, sum }, added, items, size };
}

/** Where blocks of a file begin, in order. */
export interface Offsets {
  add(more: readonly Checkpoint[]): void;
  /** The last checkpoint at or before the item. */
  before(item: number): Pick<Checkpoint, 'item' | 'byte'>;
  /** The first checkpoint at or after the item. `undefined` if there is none. */
  after(item: number): Pick<Checkpoint, 'item' | 'byte'> | undefined;
  /** The number of the first checkpoint after a byte. */
  numberAfter(byte: number): number;
  /** A checkpoint by its number: the end of a block, and its checksum. `undefined` after the last one. */
  at(number: number): Checkpoint | undefined;
}

export function offsetsOf(known: readonly Checkpoint[]): Offsets {
  const items: number[] = [0];
  const bytes: number[] = [0];
  const sums: number[] = [0];
  const at = (index: number): Checkpoint => ({
    item: items[index] as number,
    byte: bytes[index] as number,
    sum: sums[index] as number,
  });
  const add: Offsets['add'] = (more) => {
    for (const { item, byte, sum } of more) {
      // Already known, because they were read directly after their commit.
      if (byte <= (bytes.at(-1) as number)) continue;
      items.push(item);
      bytes.push(byte);
      sums.push(sum);
    }
  };
  add(known);
  return {
    add,
    before: (item) => at(lastNotAbove(items, item)),
    after(item) {
      const index = lastNotAbove(items, item);
      if (items[index] === item) return at(index);
      return index + 1 < items.length ? at(index + 1) : undefined;
    },
    numberAfter: (byte) => lastNotAbove(bytes, byte) + 1,
    at: (number) => (number < bytes.length ? at(number) : undefined),
  };
}

/** Index of the last number that is at most `wanted`. The numbers are in ascending order and begin with 0. */
function lastNotAbove(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] as number) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
