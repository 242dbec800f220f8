import type { Item } from './item.js';
import { type Contributions, noContributions } from './rules/contributions.js';

const key = Symbol('contributions');
type Traced = Item & { [key]?: Contributions };

/** Contributions are part of the record, under a symbol, so that no field name can collide with them and no format writes them. */
export function contributionsOf(record: Item): Contributions {
  return (record as Traced)[key] ?? noContributions;
}

export function withContributions(record: Item, contributions: Contributions): Item {
  Object.defineProperty(record, key, { value: contributions });
  return record;
}
