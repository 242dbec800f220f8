import type { Json } from '@dataset-items/query-pipeline';

/**
 * The paths of the values inside a field, relative to it and with slashes: `amount`, `0/rating`. The empty path stands for the field itself.
 * A field that never had members has no paths.
 */
export type LeafPaths = Set<string>;

/** Largest number of paths of a field. It limits memory if names never repeat. */
const mostPaths = 100;

/** @param hadOthers earlier values of the field, other than null, had no members */
export function addLeafPaths(paths: LeafPaths, value: Json, hadOthers: boolean): void {
  if (value === null || paths.size >= mostPaths) return;
  if (!hasMembers(value)) {
    if (paths.size > 0) paths.add('');
    return;
  }
  if (hadOthers && paths.size === 0) paths.add('');
  for (const [name, member] of Object.entries(value)) walk(paths, name, member);
}

interface PathsOf {
  readonly present: number;
  readonly nulls: number;
  readonly paths: LeafPaths;
}

/** Adds the paths of more values of a field. */
export function joinLeafPaths(field: PathsOf, more: PathsOf): void {
  const lacks = ({ present, nulls, paths }: PathsOf): boolean => paths.size === 0 && present > nulls;
  if ((lacks(field) && more.paths.size > 0) || (lacks(more) && field.paths.size > 0)) field.paths.add('');
  for (const path of more.paths) if (field.paths.size < mostPaths) field.paths.add(path);
}

function walk(paths: LeafPaths, path: string, value: Json): void {
  if (paths.size >= mostPaths) return;
  if (!hasMembers(value)) paths.add(path);
  else for (const [name, member] of Object.entries(value)) walk(paths, `${path}/${name}`, member);
}

function hasMembers(value: Json): value is Exclude<Json, string | number | boolean | null> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** The paths of a field from the item. */
export function leafPathsOf(name: string, paths: ReadonlySet<string>): readonly string[] {
  if (paths.size === 0) return [name];
  return Array.from(paths, (path) => (path === '' ? name : `${name}/${path}`));
}
