import { getField, type Item, isItem, type Json } from './item.js';
import { pathOf } from './rules/names.js';

/** A field found by name: the object that contains it, and a function that copies the record with another object in its place. */
export interface Located {
  readonly holder: Item;
  /** The field's name within its holder. */
  readonly field: string;
  readonly nested: boolean;
  rebuild(holder: Item): Item;
}

/** Finds the field that a name means in a record. */
export function locator(name: string): (record: Item) => Located | undefined {
  const path = pathOf(name);
  const above = path?.slice(0, -1) ?? [];
  const field = path?.at(-1) ?? name;
  return (record) => {
    if (Object.hasOwn(record, name)) return { holder: record, field: name, nested: false, rebuild: (holder) => holder };
    if (path === undefined) return undefined;
    const holder = follow(record, above);
    if (holder === undefined || !Object.hasOwn(holder, field)) return undefined;
    return { holder, field, nested: true, rebuild: (changed) => replaceAt(record, above, changed) };
  };
}

function follow(record: Item, path: readonly string[]): Item | undefined {
  let at: Json | undefined = record;
  for (const segment of path) {
    at = getField(at as Item, segment);
    if (!isItem(at)) return undefined;
  }
  return at as Item;
}

function replaceAt(record: Item, path: readonly string[], replacement: Item): Item {
  const [segment, ...rest] = path;
  if (segment === undefined) return replacement;
  return { ...record, [segment]: replaceAt(record[segment] as Item, rest, replacement) };
}
