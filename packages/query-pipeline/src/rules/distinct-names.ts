/** Distinct names: their number, and the first few of them. */
export interface NameCount {
  readonly count: number;
  /** `count` is a lower bound, because not all names were kept. */
  readonly atLeast: boolean;
  readonly examples: readonly string[];
}

export interface NameCounter {
  add(name: string): void;
  read(): NameCount;
  /** For `learn` of another counter. */
  kept(): KeptNames;
  /** Adds the names of another counter. */
  learn(kept: KeptNames): void;
}

/** What a counter knows, as plain data. */
export interface KeptNames {
  readonly names: readonly string[];
  readonly atLeast: boolean;
}

const EXAMPLES = 5;
/** Largest number of names kept, so that keys that never repeat cannot fill the memory. With more names the count is a lower bound. */
const DISTINCT = 100_000;

export function countNames(before: KeptNames = { names: [], atLeast: false }): NameCounter {
  const names = new Set(before.names);
  let overflowed = before.atLeast;
  const add = (name: string): void => {
    if (names.size < DISTINCT) names.add(name);
    else if (!names.has(name)) overflowed = true;
  };
  return {
    add,
    kept: () => ({ names: [...names], atLeast: overflowed }),
    learn: (kept) => {
      kept.names.forEach(add);
      overflowed ||= kept.atLeast;
    },
    read: () => ({ count: names.size, atLeast: overflowed, examples: [...names].slice(0, EXAMPLES) }),
  };
}
