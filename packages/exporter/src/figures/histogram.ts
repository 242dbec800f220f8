/** Counts of numbers in bins of equal width. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  /** Start of the first bin; a multiple of `width`. */
  readonly from: number;
  /** Width of a bin: a power of two. 0: all numbers are equal, and there is one bin. */
  readonly width: number;
  /** By bin, from `from` upwards; at most 32 bins. The first and the last are not 0. A bin does not contain its upper end. */
  readonly counts: readonly number[];
}

export interface HistogramMaker {
  add(number: number): void;
  /** `undefined`: there was no number. */
  read(): Histogram | undefined;
}

const BINS = 32;
/** A bin of this width has a power of two as its width, and its inverse is a number. */
const SMALLEST = 2 ** -1000;

/**
 * A histogram of numbers whose range is not known. The width depends on the smallest and the largest number only, so that the order of the
 * numbers does not matter: when the range grows, bins are joined, which is exact because each width is a multiple of those before it.
 */
export function histogram(): HistogramMaker {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let width = 0;
  /** Number of the first bin among all bins of this width. */
  let first = 0;
  let counts = [0];

  const widen = (number: number): void => {
    const before = { min, width, first, counts };
    min = Math.min(min, number);
    max = Math.max(max, number);
    if (min === max) return;
    width = widthOf(min, max, width);
    first = binOf(min, width);
    counts = Array.from({ length: binOf(max, width) - first + 1 }, () => 0);
    before.counts.forEach((count, at) => {
      if (count === 0) return;
      const start = before.width === 0 ? before.min : (before.first + at) * before.width;
      const bin = binOf(start, width) - first;
      counts[bin] = (counts[bin] as number) + count;
    });
  };

  return {
    add: (given) => {
      // Without the sign of -0.
      const number = given + 0;
      if (number < min || number > max) widen(number);
      const bin = width === 0 ? 0 : binOf(number, width) - first;
      counts[bin] = (counts[bin] as number) + 1;
    },
    read: () =>
      min > max
        ? undefined
        : { min, max, from: width === 0 ? min : Math.max(first * width, -Number.MAX_VALUE), width, counts: [...counts] },
  };
}

/** The smallest power of two with which the bins from `min` to `max` are few enough. @param from one that is too small, or 0 */
function widthOf(min: number, max: number, from: number): number {
  // Halves, because the range of all numbers is not a number.
  const range = max / 2 - min / 2;
  let width = from || Math.max(SMALLEST, 2 ** (Math.floor(Math.log2(range / BINS)) - 1));
  while (binOf(max, width) - binOf(min, width) >= BINS) width *= 2;
  return width;
}

/** The number of the bin, counted from 0. A quotient below zero that is too small for a number is in the bin -1 all the same. */
function binOf(number: number, width: number): number {
  const bin = Math.floor(number / width);
  return bin === 0 && number < 0 ? -1 : bin;
}
