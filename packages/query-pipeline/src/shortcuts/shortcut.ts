import type { Walk } from '../batches.js';
import type { PlainQuery } from '../expand.js';
import type { Item } from '../item.js';
import type { FilteredRecords, ListedRecords, Values } from '../records.js';
import type { Run } from '../run-steps.js';
import type { Context } from '../step.js';

/** A faster way to the result of the steps. A property test compares the two. */
export interface Shortcut {
  readonly name: string;
  /** The parameters that it supports. A query with any other parameter takes the steps. */
  readonly understands: ReadonlySet<keyof PlainQuery>;
  /**
   * @param plain the steps, for items that the shortcut does not support
   * @returns `undefined`: the query takes the steps
   */
  make(query: PlainQuery, context: Context, plain: Run): Shortened | undefined;
}

/** Records that are not made as objects. */
export type Shortened =
  | (Pick<ListedRecords, 'kind' | 'names'> & { readonly walk: Walk<Values> })
  | (Pick<FilteredRecords, 'kind' | 'drops'> & { readonly walk: Walk<Item> });
