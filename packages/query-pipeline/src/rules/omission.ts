import type { PlainQuery } from '../expand.js';
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

/** Decides about the fields of records, and notes in the watches which names of `omit` they have. */
export interface WatchedOmission {
  /** Whether a top-level field of a record is dropped. */
  drops(field: string): boolean;
  /** Notes that a record had this name of `omit`. */
  note(name: string): void;
}

export function watchedOmission({ drops, isSeen }: Omission, omit: readonly string[], watches: Watches): WatchedOmission {
  const watched = new Map(omit.flatMap((name) => (isSeen(name) ? [[name, watches.of('omit', name)] as const] : [])));
  const note = (name: string): void => {
    const watch = watched.get(name);
    if (watch !== undefined) watch.found = true;
  };
  return {
    note,
    drops: (field) => {
      if (!drops(field)) return false;
      note(field);
      return true;
    },
  };
}

function isHidden(field: string): boolean {
  return field.startsWith('#');
}
