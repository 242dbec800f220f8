/**
 * The path of a name of `unwind`, `flatten` or `omit`. A name means the own top-level field of exactly that spelling; if there is none and
 * the name has dots, it means a path through nested objects, never through arrays (docs/semantics.md#unwind).
 * @returns `undefined`: the name has no dots
 */
export function pathOf(name: string): readonly string[] | undefined {
  return name.includes('.') ? name.split('.') : undefined;
}

/** The part before the first dot. */
export function headOf(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? name : name.slice(0, dot);
}

/** The possible parents of a dotted name: `a` and `a.b` for `a.b.c`. */
export function prefixesOf(name: string): string[] {
  const prefixes: string[] = [];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) prefixes.push(name.slice(0, dot));
  return prefixes;
}

/** The name of the field that `flatten` makes of a leaf of `parent` (docs/semantics.md#flatten). */
export function leafName(parent: string, key: string): string {
  return `${parent}.${key}`;
}
