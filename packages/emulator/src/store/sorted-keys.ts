/** Keys in their order. */
export interface SortedKeys {
  /** @param key one that is not there */
  add(key: string): void;
  /** @param key one that is there */
  delete(key: string): void;
  /** The keys from `start` on, before `end`. They may be changed only after the last one. */
  range(start: string, end: string): Iterable<string>;
}

/** Keys of a block. The keys are in blocks, so that adding one moves few others, wherever it belongs. */
const mostInBlock = 512;

export function sortedKeys(): SortedKeys {
  /** None of them is empty, except the only one. */
  const blocks: string[][] = [[]];
  /** The block that has the key, or to which it belongs. */
  const blockOf = (key: string): number =>
    Math.max(0, firstNotBefore(blocks.length, (at) => (blocks[at]?.[0] as string) > key) - 1);
  const indexIn = (block: readonly string[], key: string): number =>
    firstNotBefore(block.length, (at) => (block[at] as string) >= key);
  return {
    add(key) {
      const at = blockOf(key);
      const block = blocks[at] as string[];
      const last = block.at(-1);
      // Most keys are larger than those before.
      const isLast = last === undefined || last < key;
      if (isLast && block.length < mostInBlock) block.push(key);
      else if (isLast) blocks.splice(at + 1, 0, [key]);
      else block.splice(indexIn(block, key), 0, key);
      if (block.length > mostInBlock) blocks.splice(at + 1, 0, block.splice(mostInBlock / 2));
    },
    delete(key) {
      const at = blockOf(key);
      const block = blocks[at] as string[];
      block.splice(indexIn(block, key), 1);
      if (block.length === 0 && blocks.length > 1) blocks.splice(at, 1);
    },
    *range(start, end) {
      let index = indexIn(blocks[blockOf(start)] as string[], start);
      for (let at = blockOf(start); at < blocks.length; at++, index = 0) {
        const block = blocks[at] as string[];
        for (; index < block.length; index++) {
          const key = block[index] as string;
          if (key >= end) return;
          yield key;
        }
      }
    },
  };
}

/** The first of `count` numbers for which something is so, as it is for all after it. `count`: none. */
function firstNotBefore(count: number, isSo: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
