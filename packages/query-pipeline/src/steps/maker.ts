import type { Item, Json } from '../item.js';

/** Fields by place, `undefined` for one that is missing. */
export type Values = readonly (Json | undefined)[];

/** Makes what one item gives, a record at a time, doing in one go what the steps do one after the other. */
export interface Maker<R> {
  /** Begins with an item, or with what is left of it when the unwound field is taken away. */
  start(parent: Item, unwound: string | undefined): void;
  /** `undefined` from here on: where names meet, only the steps can tell what the item gives. */
  whole(): R | undefined;
  /** With an object merged into it. */
  merged(element: Item): R | undefined;
  /** With something else in the place of the unwound field. */
  replaced(element: Json): R | undefined;
}
