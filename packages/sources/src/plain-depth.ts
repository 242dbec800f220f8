/**
 * Number of levels of a plain JSON value, or more than `enough` if it is deeper. 0 if it holds a value that JSON does not have or that has
 * a `toJSON`. Level by level, because recursion could overflow the stack.
 */
export function plainDepth(value: unknown, enough: number): number {
  if (isScalar(value)) return 1;
  let level = [value];
  for (let depth = 1; ; depth++) {
    const below: unknown[] = [];
    for (const outer of level) {
      if (!isPlain(outer)) return 0;
      if (depth > enough) return depth;
      if (Array.isArray(outer)) {
        for (const inner of outer) if (!isScalar(inner)) below.push(inner);
      } else {
        // For a plain object `for in` reads own fields, and is faster than `Object.values`.
        for (const name in outer) if (!isScalar(outer[name])) below.push(outer[name]);
      }
    }
    if (below.length === 0) return depth;
    level = below;
  }
}

function isScalar(value: unknown): boolean {
  // Neither NaN nor infinite.
  if (typeof value === 'number') return value - value === 0;
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return !('toJSON' in value);
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
