/** Bytes between checkpoints, at least; what is read in vain before a page is no more. */
const spacing = 32 * 1024;
const LF = 0x0a;

/** Place of an item (from 0 on), and the byte at which its line begins. */
export interface Checkpoint {
  readonly item: number;
  readonly byte: number;
}

/** Where some of the items of a file of lines begin. */
export interface Checkpoints {
  readonly count: number;
  /** Items and bytes walked over so far. */
  readonly end: Checkpoint;
  /** Takes the next bytes of the file. */
  walk(bytes: Buffer): void;
  /** The last one that is not after the item. */
  before(item: number): Checkpoint;
  /** The first one that is not before the item. */
  after(item: number): Checkpoint;
  /** Those from a number on, 16 bytes each: item and byte as little-endian doubles. */
  encode(from: number): Buffer;
}

/** @param kept from `encode`; what makes no sense there, or lies behind `size`, is dropped with all that follows it */
export function checkpoints(kept: Buffer = Buffer.alloc(0), size = 0): Checkpoints {
  const items: number[] = [0];
  const bytes: number[] = [0];
  const known = validCheckpoints(kept, size);
  for (const { item, byte } of known) {
    items.push(item);
    bytes.push(byte);
  }
  let item = items.at(-1) as number;
  let byte = bytes.at(-1) as number;
  let hasText = false;
  const at = (index: number): Checkpoint => ({ item: items[index] as number, byte: bytes[index] as number });
  return {
    get count() {
      return items.length - 1;
    },
    get end() {
      return { item, byte };
    },
    walk(chunk) {
      for (let start = 0; start < chunk.length; ) {
        const found = chunk.indexOf(LF, start);
        const end = found === -1 ? chunk.length : found;
        hasText ||= holdsText(chunk, start, end);
        if (found === -1) break;
        start = end + 1;
        if (hasText) item++;
        hasText = false;
        if (byte + start - (bytes.at(-1) as number) < spacing) continue;
        items.push(item);
        bytes.push(byte + start);
      }
      byte += chunk.length;
    },
    before: (wanted) => at(lastNotAbove(items, wanted)),
    after(wanted) {
      const index = lastNotAbove(items, wanted);
      if (items[index] === wanted) return at(index);
      return index + 1 < items.length ? at(index + 1) : { item, byte };
    },
    encode(from) {
      const target = Buffer.alloc((items.length - 1 - from) * 16);
      for (let index = from + 1; index < items.length; index++) {
        target.writeDoubleLE(items[index] as number, (index - 1 - from) * 16);
        target.writeDoubleLE(bytes[index] as number, (index - 1 - from) * 16 + 8);
      }
      return target;
    },
  };
}

function* validCheckpoints(kept: Buffer, size: number): Generator<Checkpoint> {
  let last: Checkpoint = { item: 0, byte: 0 };
  for (let at = 0; at + 16 <= kept.length; at += 16) {
    const next = { item: kept.readDoubleLE(at), byte: kept.readDoubleLE(at + 8) };
    const grows = next.item >= last.item && next.byte >= last.byte + spacing && next.byte <= size;
    if (!grows || !Number.isSafeInteger(next.item) || !Number.isSafeInteger(next.byte)) return;
    yield next;
    last = next;
  }
}

function holdsText(chunk: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((chunk[at] as number) > 0x20) return true;
  return false;
}

/** Index of the last number that is not above `wanted`, in numbers that do not fall and begin with 0. */
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
