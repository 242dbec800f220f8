import { countNames, type KeptNames, type NameCounter } from '@dataset-items/query-pipeline';

/** The kinds of values that a format cannot contain, and what is written instead (docs/semantics.md#replaced). */
export const replacements = {
  replacedCharacters: 'values with characters that the format cannot contain; each is written as U+FFFD',
  changedLineBreaks: 'values with CR LF or CR, which are written as LF',
  truncatedCells: 'texts that are too long for a cell and were truncated',
  changedNames: 'names that are not XML names; each illegal character is written as _',
  droppedAttributes: 'dropped attributes: namespace declarations, and attributes whose changed name a later one has too',
  droppedColumnsPastSheet: 'dropped columns, after the last column of a sheet',
} as const;
export type ReplacementKind = keyof typeof replacements;

export interface Replaced {
  readonly count: number;
  /** `count` is a lower bound, because names past a limit are not counted. */
  readonly atLeast: boolean;
  /** The first few names, or the beginnings of the first few values. */
  readonly examples: readonly string[];
}

/** What was replaced, changed, truncated or dropped, by kind; a kind that never occurred is absent. */
export type ReplacementReport = { readonly [M in ReplacementKind]?: Replaced };

/** Where writers report what they replace. A value counts each time, a name once. */
export interface ReplacementTally {
  value(kind: ReplacementKind, value: string): void;
  name(kind: ReplacementKind, name: string): void;
  read(): ReplacementReport;
  /** For `learn` of another tally, as plain data. */
  kept(): KeptReplacements;
  /** Adds what another tally has counted later. */
  learn(kept: KeptReplacements): void;
}

/** What a tally knows. */
export interface KeptReplacements {
  readonly values: { readonly [M in ReplacementKind]?: Replaced };
  readonly names: { readonly [M in ReplacementKind]?: KeptNames };
}

const EXAMPLES = 5;
/** Largest number of UTF-16 units of a value in an example. */
const EXAMPLE_LENGTH = 60;

export function replacementTally(): ReplacementTally {
  const values = new Map<ReplacementKind, { count: number; atLeast: false; examples: string[] }>();
  const names = new Map<ReplacementKind, NameCounter>();
  const valuesOf = (kind: ReplacementKind) => {
    const counted = values.get(kind) ?? { count: 0, atLeast: false, examples: [] };
    values.set(kind, counted);
    return counted;
  };
  const counterOf = (kind: ReplacementKind): NameCounter => {
    const counter = names.get(kind) ?? countNames();
    names.set(kind, counter);
    return counter;
  };
  return {
    value: (kind, value) => {
      const counted = valuesOf(kind);
      if (counted.count++ < EXAMPLES) counted.examples.push(value.slice(0, EXAMPLE_LENGTH));
    },
    name: (kind, name) => counterOf(kind).add(name),
    read: () => ({
      ...Object.fromEntries(values),
      ...Object.fromEntries(Array.from(names, ([kind, counter]) => [kind, counter.read()])),
    }),
    kept: () => ({
      values: Object.fromEntries(values),
      names: Object.fromEntries(Array.from(names, ([kind, counter]) => [kind, counter.kept()])),
    }),
    learn: (kept) => {
      for (const [kind, { count, examples }] of Object.entries(kept.values)) {
        const counted = valuesOf(kind as ReplacementKind);
        counted.count += count;
        counted.examples.push(...examples.slice(0, EXAMPLES - counted.examples.length));
      }
      for (const [kind, counted] of Object.entries(kept.names)) counterOf(kind as ReplacementKind).learn(counted);
    },
  };
}
