import { getField, type Item, isItem, type Json } from '../item.js';

/** A field found by name: the object that holds it, and how to make the record anew around another holder. */
export interface Located {
  readonly holder: Item;
  /** The field's name within its holder. */
  readonly field: string;
  readonly nested: boolean;
  rebuild(holder: Item): Item;
}

/** A name means the own top-level field of that spelling, else a dotted path through nested objects (SEMANTICS section 3). */
export function locator(name: string): (record: Item) => Located | undefined {
  const path = name.split('.');
  const atTop = (record: Item): Located => ({ holder: record, field: name, nested: false, rebuild: (holder) => holder });
  if (path.length === 1) return (record) => (Object.hasOwn(record, name) ? atTop(record) : undefined);
  const field = path.pop() as string;
  return (record) => {
    if (Object.hasOwn(record, name)) return atTop(record);
    const holder = follow(record, path);
    if (holder === undefined || !Object.hasOwn(holder, field)) return undefined;
    return { holder, field, nested: true, rebuild: (changed) => replaceAt(record, path, changed) };
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
