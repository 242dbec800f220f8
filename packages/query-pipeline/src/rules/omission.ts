import type { PlainQuery } from '../expand.js';
import { filterFields, type Item, isItem, type Json } from '../item.js';
import { pathOf, prefixesOf } from './names.js';
import type { Watches } from './never-found.js';

/** The fields that `omit` and `skipHidden` drop from a record (docs/semantics.md#fields). */
export interface Omission {
  /** Whether a top-level field of this name is dropped with everything in it. */
  drops(field: string): boolean;
  /** Dotted names of `omit`. Each drops a nested field of records that have no top-level field of that spelling. */
  readonly paths: readonly OmittedPath[];
  /** Whether it can be reported that no record had this name of `omit`. With `fields`, only the fields that they keep are checked. */
  isSeen(name: string): boolean;
}

export interface OmittedPath {
  readonly name: string;
  readonly path: readonly string[];
}

/** `undefined`: the query drops nothing. */
export function omissionOf({ omit = [], skipHidden, fields }: PlainQuery): Omission | undefined {
  if (omit.length === 0 && !skipHidden) return undefined;
  const names = new Set(omit);
  const kept = fields && new Set(fields);
  return {
    drops: (field) => names.has(field) || (skipHidden === true && isHidden(field)),
    paths: omit.flatMap((name) => {
      const path = pathOf(name);
      return path === undefined ? [] : [{ name, path }];
    }),
    isSeen: (name) => kept === undefined || kept.has(name) || prefixesOf(name).some((prefix) => kept.has(prefix)),
  };
}

/** Removes the fields that `omit` and `skipHidden` drop, and notes which names of `omit` records have. */
export interface Omitter {
  /** Whether a top-level field of a record is dropped. */
  drops(field: string): boolean;
  /**
   * The record without the nested fields of dotted names. Dropped fields must still be there, because a dotted name can be a literal field of
   * the record. @param isKept whether `fields` keeps a field of the record. Default: every field is kept
   */
  nested(record: Item, isKept?: (name: string) => boolean): Item;
}

export function omitterOf({ drops, paths, isSeen }: Omission, omit: readonly string[], watches: Watches): Omitter {
  const watched = new Map(omit.flatMap((name) => (isSeen(name) ? [[name, watches.of('omit', name)] as const] : [])));
  const note = (name: string): void => {
    const watch = watched.get(name);
    if (watch !== undefined) watch.found = true;
  };
  return {
    drops: (field) => {
      if (!drops(field)) return false;
      note(field);
      return true;
    },
    nested: (record, isKept = () => true) => {
      let left = record;
      for (const { name, path } of paths) {
        if (!isKept(path[0] as string) || (isKept(name) && Object.hasOwn(left, name))) continue;
        const pruned = without(left, path, 0);
        if (pruned !== left) note(name);
        left = pruned;
      }
      return left;
    },
  };
}

function without(object: Item, path: readonly string[], depth: number): Item {
  const segment = path[depth] as string;
  if (!Object.hasOwn(object, segment)) return object;
  if (depth === path.length - 1) return filterFields(object, (name) => name !== segment);
  const inner = object[segment] as Json;
  if (!isItem(inner)) return object;
  const pruned = without(inner, path, depth + 1);
  return pruned === inner ? object : { ...object, [segment]: pruned };
}

function isHidden(field: string): boolean {
  return field.startsWith('#');
}
