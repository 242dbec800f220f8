export type Scalar = string | number | boolean | null;
export type Json = Scalar | readonly Json[] | Item;

/** A stored item or a record made of it: a JSON object. Names such as `__proto__` and `constructor` are data like any other. */
export interface Item {
  readonly [field: string]: Json;
}

/** Properties of a dataset. */
export interface Facts {
  readonly id: string;
  readonly name: string;
  /** When the items last changed. */
  readonly modifiedAt: Date | undefined;
  /** Changes whenever the items do. */
  readonly version?: string;
}

/** Consecutive items that cross one `await` together. */
export type Batch = readonly Item[];

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property of that name, or `undefined`. */
export function getField(item: Item, name: string): Json | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/**
 * Whether some code gave all objects enumerable properties. If not, `for in` gives the fields of an item alone, and faster than `Object.keys`
 * (docs/performance.md#object-lane). If so, each name must be checked. It is asked once, before a walk.
 */
export function objectsInherit(): boolean {
  for (const _ in {}) return true;
  return false;
}

/** Sets an own property of an object that is being built. A name that exists already keeps its place. */
export function setField(target: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

/** A copy with the fields for which `keep` holds, in their order. */
export function filterFields(item: Item, keep: (name: string) => boolean): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const name of Object.keys(item)) if (keep(name)) setField(copy, name, item[name] as Json);
  return copy;
}

/** Whether an object has a field. The loop stops at the first one, without making a list of names. */
export function hasFields(item: Item): boolean {
  for (const name in item) if (Object.hasOwn(item, name)) return true;
  return false;
}
