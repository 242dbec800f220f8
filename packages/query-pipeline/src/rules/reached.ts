import type { PlainQuery } from '../expand.js';
import { pathOf } from './names.js';
import type { Omission } from './omission.js';

/** A dotted name of a query as a path through the objects of a record, from some object on. */
export interface Reached {
  readonly name: string;
  /** The keys left; the last one is the key that the name means. */
  readonly path: readonly string[];
  /** What happens there. `odd`: only the steps know. */
  readonly what: 'odd' | 'left out';
}

/** The dotted names of a query, for records that have no field of that spelling. */
export function reachedBy({ unwind = [], flatten = [] }: PlainQuery, omission: Omission | undefined): readonly Reached[] {
  const omitted = omission?.paths ?? [];
  /** Such paths are left out one after the other, and what the longer one finds depends on which comes first. */
  const isHolder = (path: readonly string[]): boolean =>
    omitted.some((other) => other.path.length > path.length && path.every((key, depth) => other.path[depth] === key));
  return [
    ...[...unwind, ...flatten].flatMap((name) => {
      const path = pathOf(name);
      return path === undefined ? [] : [{ name, path, what: 'odd' as const }];
    }),
    ...omitted.map(({ name, path }) => ({ name, path, what: isHolder(path) ? ('odd' as const) : ('left out' as const) })),
  ];
}

/** The names that reach into the value of a key. An empty path: they mean that key. */
export function reachedAt(reached: readonly Reached[], key: string): readonly Reached[] {
  return reached.flatMap(({ path: [first, ...path], ...rest }) => (first === key ? [{ ...rest, path }] : []));
}
