import { isItem, type Json } from '../item.js';
import { headOf } from './names.js';

/** A name that a parameter listed, and whether any record had it. */
export interface Watch {
  readonly parameter: string;
  readonly name: string;
  found: boolean;
  /** For a dotted name in `fields` that is not a field: the first parent that a record had, and its value. */
  holder?: Holder;
}

export interface Holder {
  readonly name: string;
  readonly kind: 'object' | 'array';
}

/** A name in a list of the query that no record had. */
export type NeverFound = Pick<Watch, 'parameter' | 'name'> & { readonly holder?: Holder };

export interface Watches {
  /** For a name that is already watched, the same watch. */
  of(parameter: string, name: string): Watch;
  neverFound(): readonly NeverFound[];
}

export function watchNames(): Watches {
  const watches = new Map<string, Watch>();
  return {
    of: (parameter, name) => {
      const key = `${parameter}=${name}`;
      const known = watches.get(key);
      if (known !== undefined) return known;
      const watch = { parameter, name, found: false };
      watches.set(key, watch);
      return watch;
    },
    neverFound: () =>
      Array.from(watches.values()).flatMap(({ parameter, name, found, holder }) =>
        found ? [] : [{ parameter, name, ...(holder && { holder }) }],
      ),
  };
}

/** The names that no record had in any of several walks with the same query, with the first holder. */
export function neverFoundInAll([first = [], ...others]: readonly (readonly NeverFound[])[]): readonly NeverFound[] {
  return first.flatMap((watch) => {
    const all = [first, ...others].map((walk) => walk.find((other) => isSame(other, watch)));
    if (all.includes(undefined)) return [];
    const holder = all.find((other) => other?.holder !== undefined)?.holder;
    return [{ parameter: watch.parameter, name: watch.name, ...(holder && { holder }) }];
  });
}

function isSame(a: NeverFound, b: NeverFound): boolean {
  return a.parameter === b.parameter && a.name === b.name;
}

/**
 * Literal names never reach into objects. So the value of the parent of a dotted name is noted, for a hint that `flatten` or `unwind` would
 * find it. @param value of the parent of a name that was not found
 */
export function noteHolder(watch: Watch, value: Json | undefined): void {
  const name = headOf(watch.name);
  if (watch.holder !== undefined || name === watch.name) return;
  if (isItem(value)) watch.holder = { name, kind: 'object' };
  else if (Array.isArray(value)) watch.holder = { name, kind: 'array' };
}
