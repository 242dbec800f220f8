import type { Item } from '../item.js';

/** For each tracked unwound name, the fields that unwinding it gave this record, in the element's order (SEMANTICS section 5). */
export type Contributions = ReadonlyMap<string, readonly string[]>;

const none: Contributions = new Map();
const key = Symbol('contributions');
type Traced = Item & { [key]?: Contributions };

/** Contributions travel with the record under a symbol, which no field name can meet and no writer sees. */
export function contributionsOf(record: Item): Contributions {
  return (record as Traced)[key] ?? none;
}

export function withContributions(record: Item, contributions: Contributions): Item {
  Object.defineProperty(record, key, { value: contributions });
  return record;
}

/** What stands in place of a field counts as contributed by the same names. */
export function replaceContributed(contributions: Contributions, field: string, replacement: readonly string[]): Contributions {
  if (contributions.size === 0) return contributions;
  return new Map(
    Array.from(contributions, ([name, fields]) => [
      name,
      fields.includes(field) ? [...new Set(fields.flatMap((given) => (given === field ? replacement : [given])))] : fields,
    ]),
  );
}
