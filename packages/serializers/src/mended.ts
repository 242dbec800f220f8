import { countLeftOut } from './table/left-out.js';

/** What a format cannot hold as it is, and what became of it (SEMANTICS section 7). */
export const mendings = {
  replacedCharacters: 'values whose characters the format cannot hold; each is written as U+FFFD',
  changedLineBreaks: 'values whose CR LF or CR is written as LF',
  cutCells: 'texts cut at the longest that a cell takes',
  mendedNames: 'names that are no XML names, written with _ for what is not legal',
  leftOutAttributes: 'attributes left out: namespace declarations, and those whose mended name a later one has too',
  columnsPastSheet: 'columns past the last that a sheet takes, left out',
} as const;
export type Mending = keyof typeof mendings;

export interface Mended {
  readonly count: number;
  /** There are at least `count`; more were not told apart. */
  readonly atLeast: boolean;
  /** The first few names, or the beginnings of the first few values. */
  readonly examples: readonly string[];
}

/** What was mended, by kind; a kind that never occurred is absent. */
export type MendedReport = { readonly [M in Mending]?: Mended };

/** Where writers say that they mended something. Values count each time, names once. */
export interface MendedTally {
  value(mending: Mending, value: string): void;
  name(mending: Mending, name: string): void;
  /** Values told of so far. */
  readonly valueCount: number;
  read(): MendedReport;
}

const EXAMPLES = 5;
/** UTF-16 units of a value that is shown. */
const EXAMPLE_LENGTH = 60;

export function mendedTally(): MendedTally {
  const values = new Map<Mending, { count: number; atLeast: false; examples: string[] }>();
  const names = new Map<Mending, ReturnType<typeof countLeftOut>>();
  let valueCount = 0;
  return {
    value: (mending, value) => {
      valueCount++;
      const counted = values.get(mending) ?? { count: 0, atLeast: false, examples: [] };
      values.set(mending, counted);
      if (counted.count++ < EXAMPLES) counted.examples.push(value.slice(0, EXAMPLE_LENGTH));
    },
    name: (mending, name) => {
      const counter = names.get(mending) ?? countLeftOut();
      names.set(mending, counter);
      counter.add(name);
    },
    get valueCount() {
      return valueCount;
    },
    read: () => ({
      ...Object.fromEntries(values),
      ...Object.fromEntries(Array.from(names, ([mending, counter]) => [mending, counter.read()])),
    }),
  };
}
