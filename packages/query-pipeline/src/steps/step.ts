import type { Item } from '../item.js';
import type { Layout } from '../layout.js';
import type { PlainQuery } from '../shortcuts.js';

export type Step =
  | { kind: 'map'; apply: (record: Item) => Item }
  | { kind: 'filter'; apply: (record: Item) => boolean }
  /** A list, or lazy where one item may give millions. `undefined` stands for nothing made, so that long work without a record can be interrupted. */
  | { kind: 'flatMap'; apply: (record: Item) => Iterable<Item | undefined> };

/** A name that a parameter listed, and whether any record had it. */
export interface Watch {
  readonly parameter: string;
  readonly name: string;
  found: boolean;
  /** Of a dotted name of `fields` that is no field: the first field above it that a record had, and what it held. */
  holder?: Holder;
}

export interface Holder {
  readonly name: string;
  readonly kind: 'object' | 'array';
}

/** A name that a list of the query gave and no record had. */
export type NeverFound = Pick<Watch, 'parameter' | 'name'> & { readonly holder?: Holder };

/** What steps of one compiled query share. */
export interface Context {
  /** Unwound names that `fields` lists too: only for these is it tracked what unwinding contributed. */
  readonly tracked: ReadonlySet<string>;
  /** Of a name that is watched already: the same again. */
  watch(parameter: string, name: string): Watch;
  setLayout(layout: Layout): void;
}

/** `undefined`: the query does not ask for this step. */
export type StepFactory = (query: PlainQuery, context: Context) => Step | readonly Step[] | undefined;
