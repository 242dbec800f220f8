import { checkCount, mostSharedStrings, sharedTextLimit } from './limits.js';

/** The texts that cells refer to by number, packed to save memory. */
export interface SharedStrings {
  get(number: number): string | undefined;
}

export interface SharedStringsBuilder extends SharedStrings {
  /** @throws Malformed if there are too many texts, or if they are too long in total */
  add(text: string): void;
}

export function sharedStrings(): SharedStringsBuilder {
  const limit = sharedTextLimit();
  let bytes = Buffer.alloc(64 * 1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  let length = 0;
  return {
    add(text) {
      checkCount(count + 1, 'shared strings', mostSharedStrings);
      limit.add(text.length);
      const wanted = length + 3 * text.length;
      if (wanted > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * bytes.length));
        bytes.copy(larger, 0, 0, length);
        bytes = larger;
      }
      if (count === ends.length) {
        const larger = new Uint32Array(2 * count);
        larger.set(ends);
        ends = larger;
      }
      length += bytes.write(text, length);
      ends[count++] = length;
    },
    get(number) {
      if (!Number.isInteger(number) || number < 0 || number >= count) return undefined;
      return bytes.toString('utf8', number === 0 ? 0 : ends[number - 1], ends[number]);
    },
  };
}
