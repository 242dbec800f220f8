import type { PlainQuery } from '../expand.js';
import { pathOf, prefixesOf } from './names.js';

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

function isHidden(field: string): boolean {
  return field.startsWith('#');
}
