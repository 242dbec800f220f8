/** Starts of columns of different widths, in px: one more than there are columns, the last is the width of all. */
export function startsOf(widths: readonly number[]): number[] {
  const starts = [0];
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width);
  return starts;
}

/** The columns between two positions in px, with some more before and after. The end is not part of it. */
export function columnsShown(
  starts: readonly number[],
  left: number,
  width: number,
  more: number,
): readonly [start: number, end: number] {
  const count = starts.length - 1;
  const first = firstAfter(starts, left) - 1;
  const last = firstAfter(starts, left + width);
  return [Math.max(0, first - more), Math.min(count, last + more)];
}

/** The number of positions that are not after `at`: binary search. */
function firstAfter(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
