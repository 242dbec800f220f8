import { type Item, isItem } from '@dataset-items/query-pipeline';
import { Malformed } from './faults.js';
import { nameOf } from './spans.js';

/**
 * Takes values that code made, by their 0-based number, as `JSON.stringify` would.
 * @throws Malformed for what is not an object and for items nested too deeply
 */
export function jsonItem(source: string, maxDepth: number): (item: Item, number: number) => Item {
  return (item, number) => {
    const depth = jsonDepth(item, maxDepth);
    return depth > 0 && depth <= maxDepth && isItem(item) ? item : asJson(item, depth, maxDepth, placeOf(source, number));
  };
}

type Place = NonNullable<Malformed['place']>;

function placeOf(source: string, number: number): Place {
  return { source, line: number + 1, item: number + 1 };
}

/** @param depth as `jsonDepth` tells it */
function asJson(item: Item, depth: number, maxDepth: number, place: Place): Item {
  const malformed = (reason: string, cause?: unknown): Malformed => new Malformed(0, reason, { cause, place });
  if (depth > maxDepth) throw malformed(`nested deeper than ${maxDepth} levels`);
  if (!isItem(item)) throw malformed(`expected an object, got ${nameOf(item)}`);
  if ((item as unknown) instanceof Promise) throw malformed('expected an object, got a promise');
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(item));
  } catch (cause) {
    throw malformed(`cannot be written as JSON: ${(cause as Error).message}`, cause);
  }
  if (!isItem(copy)) throw malformed(`expected an object, got ${nameOf(copy)} from its toJSON`);
  return copy;
}

/** Levels that are looked at by recursion; what is nested deeper could overflow the stack. */
const MAX_RECURSION = 100;

/** Levels of a value that is plain JSON, more than `enough` where there are more; 0 where it holds something JSON does not know. */
function jsonDepth(value: unknown, enough: number, recursion = 1): number {
  if (typeof value !== 'object' || value === null) return isScalar(value) ? 1 : 0;
  if (recursion > MAX_RECURSION) return deepDepth(value, enough);
  const list = Array.isArray(value);
  if (!list && !isPlain(value)) return 0;
  if (enough < 1) return 1;
  let deepest = 1;
  if (list) {
    for (const inner of value) {
      if (isScalar(inner)) continue;
      const depth = jsonDepth(inner, enough - 1, recursion + 1);
      if (depth === 0) return 0;
      deepest = Math.max(deepest, depth + 1);
      if (deepest > enough) break;
    }
  } else {
    // Of a plain object `for in` reads own fields, at half the cost of `Object.keys`.
    for (const name in value) {
      const inner = (value as Record<string, unknown>)[name];
      if (isScalar(inner)) continue;
      const depth = jsonDepth(inner, enough - 1, recursion + 1);
      if (depth === 0) return 0;
      deepest = Math.max(deepest, depth + 1);
      if (deepest > enough) break;
    }
  }
  return deepest;
}

/** The same without recursion. */
function deepDepth(value: object, enough: number): number {
  const left = [{ value, depth: 1 }];
  let deepest = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const list = Array.isArray(next.value);
    if (!list && !isPlain(next.value)) return 0;
    deepest = Math.max(deepest, next.depth);
    if (deepest > enough) break;
    for (const inner of list ? (next.value as readonly unknown[]) : Object.values(next.value)) {
      if (isScalar(inner)) continue;
      if (typeof inner !== 'object') return 0;
      left.push({ value: inner as object, depth: next.depth + 1 });
    }
  }
  return deepest;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
