import { contributionsOf, withContributions } from '../contributed.js';
import { hasFields, type Item, isItem, type Json, setField } from '../item.js';
import { locator } from '../located.js';
import { replaceContributed } from '../rules/contributions.js';
import { leafName } from '../rules/names.js';
import type { Context, StepFactory } from '../step.js';

/** Replaces the named objects, in their place, by one field per leaf (docs/semantics.md#flatten). */
export const flatten: StepFactory = (query, context) => {
  if (query.flatten === undefined) return undefined;
  const flattenings = query.flatten.map((name) => flattening(name, context));
  return { kind: 'map', apply: (record) => flattenings.reduce((flat, apply) => apply(flat), record) };
};

function flattening(name: string, { watches, tracked }: Context): (record: Item) => Item {
  const locate = locator(name);
  const watch = watches.of('flatten', name);
  return (record) => {
    const located = locate(record);
    if (located === undefined) return record;
    watch.found = true;
    const { holder, field, nested, rebuild } = located;
    const value = holder[field] as Json;
    if (!isItem(value) || !hasFields(value)) return record;
    const leaves: Leaf[] = [];
    collectLeaves(field, value, leaves);
    const flat = rebuild(replaceField(holder, field, leaves));
    if (tracked.size === 0) return flat;
    const before = contributionsOf(record);
    const names = leaves.map(([leaf]) => leaf);
    return withContributions(flat, nested ? before : replaceContributed(before, field, names));
  };
}

type Leaf = readonly [name: string, value: Json];

function collectLeaves(parent: string, object: Item, leaves: Leaf[]): void {
  for (const key of Object.keys(object)) {
    const value = object[key] as Json;
    if (isItem(value) && hasFields(value)) collectLeaves(leafName(parent, key), value, leaves);
    else leaves.push([leafName(parent, key), value]);
  }
}

/** If two fields get the same name, the later value is kept, in the place of the first. */
function replaceField(holder: Item, field: string, leaves: readonly Leaf[]): Item {
  const flat: Record<string, Json> = {};
  for (const name of Object.keys(holder)) {
    if (name !== field) setField(flat, name, holder[name] as Json);
    else for (const [leaf, value] of leaves) setField(flat, leaf, value);
  }
  return flat;
}
