export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name that a parameter may have, and how often it occurs in the items that were looked at. */
export interface Suggestion {
  readonly name: string;
  /** Such as `array in 98 of 100 items`. */
  readonly note: string;
}

const MOST_LEVELS = 3;
const MOST_NAMES = 3000;

/** Names for a parameter, from items: arrays and objects to unwind, objects to flatten, every name for the others. */
export function suggestionsFor(parameter: string, items: readonly JsonObject[]): Suggestion[] {
  const wanted = parameter === 'unwind' ? ['array', 'object'] : parameter === 'flatten' ? ['object'] : undefined;
  const tally = new Map<string, Map<string, number>>();
  for (const item of items) count(item, '', 0, tally);
  return [...tally].flatMap(([name, kinds]) => {
    const fitting = [...kinds].filter(([kind]) => wanted === undefined || wanted.includes(kind));
    if (fitting.length === 0 || name.includes(',')) return [];
    const [kind, times] = fitting.toSorted(([, one], [, other]) => other - one)[0] ?? ['', 0];
    return [{ name, note: `${kind} in ${times.toLocaleString('en')} of ${items.length.toLocaleString('en')} items` }];
  });
}

function count(object: JsonObject, prefix: string, level: number, tally: Map<string, Map<string, number>>): void {
  for (const key of Object.keys(object)) {
    const name = prefix + key;
    const value = object[key] ?? null;
    const kinds = tally.get(name) ?? new Map<string, number>();
    if (kinds.size === 0 && tally.size >= MOST_NAMES) continue;
    tally.set(name, kinds);
    kinds.set(kindOf(value), (kinds.get(kindOf(value)) ?? 0) + 1);
    if (isObject(value) && level < MOST_LEVELS && !key.includes('.')) count(value, `${name}.`, level + 1, tally);
  }
}

export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'text' : typeof value;
}
