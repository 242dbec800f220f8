import { filterFields, type Item, isItem, type Json } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import type { Context, Watch } from './step.js';

/** What `omit` and `skipHidden` take out of a record (SEMANTICS section 5). */
export interface Omission {
  /** Whether a top-level field of this name is dropped whole. */
  drops(name: string): boolean;
  /** The record without what dotted names reach; `undefined` where no name is dotted. */
  prune: ((record: Item) => Item) | undefined;
}

export function omission(query: PlainQuery, context: Context): Omission | undefined {
  const { omit, skipHidden } = query;
  if (omit === undefined && !skipHidden) return undefined;
  // With `fields`, only what it keeps is looked at: whether a record had any other name is not known.
  const { fields } = query;
  const isSeen = (name: string): boolean =>
    fields === undefined || fields.some((kept) => name === kept || name.startsWith(`${kept}.`));
  const unwatched = (name: string): Watch => ({ parameter: 'omit', name, found: false });
  const watches = new Map(omit?.map((name) => [name, isSeen(name) ? context.watch('omit', name) : unwatched(name)]));
  const drops = (name: string): boolean => {
    const watch = watches.get(name);
    if (watch !== undefined) watch.found = true;
    return watch !== undefined || (skipHidden === true && name.startsWith('#'));
  };
  const prunings = (omit ?? []).filter((name) => name.includes('.')).map((name) => pruning(name, watches.get(name) as Watch));
  return {
    drops,
    prune: prunings.length === 0 ? undefined : (record) => prunings.reduce((pruned, apply) => apply(pruned), record),
  };
}

/** A dotted name that is no literal field reaches into nested objects, never through arrays. */
function pruning(name: string, watch: Watch): (record: Item) => Item {
  const path = name.split('.');
  return (record) => {
    if (Object.hasOwn(record, name)) return record;
    const pruned = without(record, path, 0);
    if (pruned !== record) watch.found = true;
    return pruned;
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
