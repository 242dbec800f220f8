import type { PlainQuery } from './expand.js';
import type { Item } from './item.js';
import type { Layout } from './rules/layout.js';
import type { Watches } from './rules/never-found.js';

export type Step =
  | { kind: 'map'; apply: (record: Item) => Item }
  | { kind: 'filter'; apply: (record: Item) => boolean }
  /** Lazy: one item may give millions of records. `undefined` means no record yet, so that long work can be interrupted. */
  | { kind: 'flatMap'; apply: (record: Item) => Iterable<Item | undefined> };

/** The state that the steps of one compiled query share. */
export interface Context {
  /** Unwound names that `fields` lists too. Only for these the contributed fields are tracked. */
  readonly tracked: ReadonlySet<string>;
  /** Names that the query lists, and whether a record had them. */
  readonly watches: Watches;
  setLayout(layout: Layout): void;
}

/** `undefined`: the query does not need this step. */
export type StepFactory = (query: PlainQuery, context: Context) => Step | undefined;
