import type { Scalar } from '@dataset-items/query-pipeline';
import { type DistinctEstimate, estimateDistinct } from './distinct.js';

/** Memory that all columns share for the values that they keep. */
export interface Room {
  values: number;
  /** UTF-16 units of text. */
  units: number;
}

export const roomForValues = (): Room => ({ values: 200_000, units: 8_000_000 });

/** Number of different values of a column that are counted exactly. */
export const EXACT_VALUES = 10_000;
/** Number of values that are kept when there are more. */
const KEPT = 200;
/** UTF-16 units of the longest value that is then kept. */
const LONGEST_KEPT = 1000;

export interface Distinct {
  readonly count: number;
  /** The count is an estimate: usually within 5 % of the number, because the values were too many to be kept. */
  readonly estimated: boolean;
}

export interface FrequentValue {
  /** Text that is longer than 200 UTF-16 units is cut there, and `…` follows. */
  readonly value: Scalar;
  readonly count: number;
  /** `count` is a lower bound. */
  readonly atLeast: boolean;
}

export interface ValueCounter {
  add(value: Scalar): void;
  distinct(): Distinct;
  /** The most frequent first, the first met first among equals. If values are estimated, only those that are certainly frequent. */
  frequent(most: number): FrequentValue[];
  /** Gives back the room of the values. */
  free(): void;
}

/**
 * Counts each value while there is room. Then it goes on with the most frequent ones (Misra-Gries): when a value has no place, all counts
 * become smaller by one. So a count is at most `missed` too small, and a value that occurs more often than twice `missed` keeps its place.
 */
export function countValues(room: Room): ValueCounter {
  let counts = new Map<Scalar, number>();
  let estimate: DistinctEstimate | undefined;
  let missed = 0;

  const remove = (value: Scalar): void => {
    counts.delete(value);
    room.values++;
    room.units += unitsOf(value);
  };

  const keep = (value: Scalar): void => {
    counts.set(value, 1);
    room.values--;
    room.units -= unitsOf(value);
  };

  /** Makes all counts smaller. @param by at least one count becomes 0 */
  const shrink = (by: number): void => {
    missed += by;
    for (const [value, count] of counts) {
      if (count <= by) remove(value);
      else counts.set(value, count - by);
    }
  };

  /** From here on the number is estimated. */
  const startEstimate = (): DistinctEstimate => {
    const made = estimateDistinct();
    for (const value of counts.keys()) {
      made.add(value);
      if (unitsOf(value) > LONGEST_KEPT) remove(value);
    }
    const rest = Array.from(counts.values()).sort((a, b) => b - a)[KEPT];
    if (rest !== undefined) shrink(rest);
    return made;
  };

  const addToMany = (value: Scalar): void => {
    if (unitsOf(value) > LONGEST_KEPT) return;
    if (counts.size < KEPT && unitsOf(value) <= room.units) keep(value);
    else if (counts.size < KEPT) missed++;
    else shrink(1);
  };

  return {
    add: (value) => {
      estimate?.add(value);
      const count = counts.get(value);
      if (count !== undefined) {
        counts.set(value, count + 1);
        return;
      }
      if (estimate === undefined) {
        if (counts.size < EXACT_VALUES && room.values > 0 && unitsOf(value) <= room.units) return keep(value);
        estimate = startEstimate();
        estimate.add(value);
      }
      addToMany(value);
    },
    distinct: () =>
      estimate === undefined ? { count: counts.size, estimated: false } : { count: estimate.read(), estimated: true },
    frequent: (most) =>
      Array.from(counts, ([value, count]) => ({ value, count }))
        .filter(({ count }) => count > missed)
        .sort((a, b) => b.count - a.count)
        .slice(0, most)
        .map(({ value, count }) => ({ value: shortened(value), count, atLeast: missed > 0 })),
    free: () => {
      for (const value of counts.keys()) remove(value);
      counts = new Map();
    },
  };
}

function unitsOf(value: Scalar): number {
  return typeof value === 'string' ? value.length : 0;
}

const LONGEST_SHOWN = 200;

/** The copy is of its own: a slice would keep the whole text in memory. */
export function shortened(value: Scalar): Scalar {
  if (typeof value !== 'string' || value.length <= LONGEST_SHOWN) return value;
  return JSON.parse(JSON.stringify(`${value.slice(0, LONGEST_SHOWN)}…`)) as string;
}
