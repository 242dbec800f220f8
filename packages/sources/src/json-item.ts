import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { Malformed } from './faults.js';
import { nameOf } from './spans.js';

/**
 * Takes values that code made, by their 0-based number, as `JSON.stringify` would.
 * @throws Malformed for what is not an object and for items nested too deeply
 */
export function jsonItem(source: string, maxDepth: number): (item: Item, number: number) => Item {
  return (item, number) => {
    const place = { source, line: number + 1, item: number + 1 };
    const malformed = (reason: string, cause?: unknown): Malformed => new Malformed(0, reason, { cause, place });
    const depth = jsonDepth(item, maxDepth);
    if (depth > maxDepth) throw malformed(`nested deeper than ${maxDepth} levels`);
    if (depth > 0 && isItem(item)) return item;
    if (!isItem(item)) throw malformed(`expected an object, got ${nameOf(item)}`);
    let copy: unknown;
    try {
      copy = JSON.parse(JSON.stringify(item));
    } catch (cause) {
      throw malformed(`cannot be written as JSON: ${(cause as Error).message}`, cause);
    }
    if (!isItem(copy)) throw malformed(`expected an object, got ${nameOf(copy)} from its toJSON`);
    return copy;
  };
}

/** Levels of a value that is plain JSON, `enough + 1` where there are more; 0 where it holds something JSON does not know. */
function jsonDepth(value: Json | undefined, enough: number): number {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return 1;
    case 'object':
      if (value === null) return 1;
      return enough < 1 ? 1 : deeper(value, enough);
    default:
      return 0;
  }
}

function deeper(value: Item | readonly Json[], enough: number): number {
  let deepest = 1;
  if (!Array.isArray(value)) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return 0;
  }
  const list = Array.isArray(value);
  const keys = list ? undefined : Object.keys(value);
  const count = keys?.length ?? (value as readonly Json[]).length;
  for (let index = 0; index < count; index++) {
    const inner = keys === undefined ? (value as readonly Json[])[index] : (value as Item)[keys[index] as string];
    if (inner === null || typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') continue;
    const depth = jsonDepth(inner, enough - 1);
    if (depth === 0) return 0;
    deepest = Math.max(deepest, depth + 1);
    if (deepest > enough) return deepest;
  }
  return deepest;
}
