import type { Item, Json } from '@dataset-items/query-pipeline';

/** Number of levels that are written by recursion, which is faster. With deeper nesting it could overflow the stack. */
export const MAX_RECURSION = 100;

/** An object or array that is being written. */
export interface Container {
  readonly value: Item | readonly Json[];
  /** The names of an object's fields, in the order in which they are written; `undefined` for an array. */
  readonly names: readonly string[] | undefined;
}

export interface Nesting<C extends Container> {
  /**
   * Writes a value of a container: a scalar completely, an object or array up to its own first value.
   * @param name of the field; `undefined` for an element of an array
   * @param index among the container's values
   * @returns the object or array whose values come next; `undefined`: the value is written completely
   */
  begin(value: Json, name: string | undefined, container: C, index: number): C | undefined;
  /** Writes the end of a container, after its last value. */
  end(container: C): void;
}

/** Visits all values of a container at any depth, without recursion. */
export function writeNested<C extends Container>(outermost: C, { begin, end }: Nesting<C>): void {
  const open = [{ container: outermost, next: 0 }];
  for (let innermost = open.at(-1); innermost !== undefined; innermost = open.at(-1)) {
    const { container, next } = innermost;
    const { value, names } = container;
    if (next === (names ?? (value as readonly Json[])).length) {
      open.pop();
      end(container);
      continue;
    }
    innermost.next++;
    const name = names?.[next];
    const held = name === undefined ? (value as readonly Json[])[next] : (value as Item)[name];
    const begun = begin(held as Json, name, container, next);
    if (begun !== undefined) open.push({ container: begun, next: 0 });
  }
}
