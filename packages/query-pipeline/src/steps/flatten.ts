import { type Item, isItem, type Json, setField } from '../item.js';
import { contributionsOf, replaceContributed, withContributions } from './contributions.js';
import { locator } from './path.js';
import type { Context, StepFactory } from './step.js';

/** The named objects replaced in place by one field a leaf (SEMANTICS section 4). */
export const flatten: StepFactory = (query, context) => {
  if (query.flatten === undefined) return undefined;
  const flattenings = query.flatten.map((name) => flattening(name, context));
  return { kind: 'map', apply: (record) => flattenings.reduce((flat, apply) => apply(flat), record) };
};

function flattening(name: string, context: Context): (record: Item) => Item {
  const locate = locator(name);
  const watch = context.watch('flatten', name);
  const tracking = context.tracked.size > 0;
  return (record) => {
    const located = locate(record);
    if (located === undefined) return record;
    watch.found = true;
    const { holder, field, nested, rebuild } = located;
    const value = holder[field] as Json;
    if (!isItem(value) || isEmpty(value)) return record;
    const leaves: Leaf[] = [];
    collectLeaves(field, value, leaves);
    const flat = rebuild(replaceField(holder, field, leaves));
    if (!tracking) return flat;
    const contributions = contributionsOf(record);
    const after = nested
      ? contributions
      : replaceContributed(
          contributions,
          field,
          leaves.map(([leaf]) => leaf),
        );
    return withContributions(flat, after);
  };
}

type Leaf = readonly [name: string, value: Json];

function collectLeaves(prefix: string, object: Item, leaves: Leaf[]): void {
  for (const name of Object.keys(object)) {
    const value = object[name] as Json;
    if (isItem(value) && !isEmpty(value)) collectLeaves(`${prefix}.${name}`, value, leaves);
    else leaves.push([`${prefix}.${name}`, value]);
  }
}

/** On a clash the later one wins, in the first place. */
function replaceField(holder: Item, field: string, leaves: readonly Leaf[]): Item {
  const flat: Record<string, Json> = {};
  for (const name of Object.keys(holder)) {
    if (name !== field) setField(flat, name, holder[name] as Json);
    else for (const [leaf, value] of leaves) setField(flat, leaf, value);
  }
  return flat;
}

function isEmpty(object: Item): boolean {
  return Object.keys(object).length === 0;
}
