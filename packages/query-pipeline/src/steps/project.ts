import { contributionsOf } from '../contributed.js';
import { filterFields, getField, type Item, isItem, type Json, setField } from '../item.js';
import { layoutOf } from '../rules/layout.js';
import { headOf } from '../rules/names.js';
import { noteHolder, type Watches } from '../rules/never-found.js';
import { type Omission, omissionOf, watchedOmission } from '../rules/omission.js';
import { type Selection, selectionsOf } from '../rules/selection.js';
import type { StepFactory } from '../step.js';

/** `fields`, then `omit`, then `skipHidden`, then the renaming by `outputFields` (docs/semantics.md#fields). */
export const project: StepFactory = (query, { watches, setLayout }) => {
  const omission = omissionOf(query);
  const omit = omission && omitter(query.omit ?? [], omission, watches);
  if (query.fields === undefined) return omit && { kind: 'map', apply: (record) => omit.fields(omit.nested(record, () => true)) };
  const selections = selectionsOf(query, omission);
  const layout = layoutOf(selections);
  setLayout(layout);
  const choose = chooser(selections, watches);
  return {
    kind: 'map',
    apply: (record) => {
      const chosen = choose(record);
      const from = omit === undefined ? record : omit.nested(record, (name) => chosen.has(name));
      const picked: Record<string, Json> = {};
      for (const [source, { target, place }] of chosen) {
        if (omit?.drops(source)) continue;
        setField(picked, target, from[source] as Json);
        layout.learn(target, place);
      }
      return picked;
    },
  };
};

/** The place of a field in the record, and its new name. */
interface Chosen {
  readonly target: string;
  readonly place: number;
}

/** The fields of a record that `fields` lists, in its order. A field that is selected twice is written once, in its first place. */
function chooser(selections: readonly Selection[], watches: Watches): (record: Item) => ReadonlyMap<string, Chosen> {
  const watched = selections.map((selection) => ({ ...selection, watch: watches.of('fields', selection.source) }));
  return (record) => {
    const contributions = contributionsOf(record);
    const chosen = new Map<string, Chosen>();
    for (const [place, { source, target, unwound, watch }] of watched.entries()) {
      if (Object.hasOwn(record, source)) {
        watch.found = true;
        if (!chosen.has(source)) chosen.set(source, { target, place });
      } else if (unwound) {
        const given = contributions.get(source);
        if (given === undefined) continue;
        watch.found = true;
        for (const name of given) if (!chosen.has(name)) chosen.set(name, { target: name, place });
      } else noteHolder(watch, getField(record, headOf(source)));
    }
    return chosen;
  };
}

/** Removes the fields that `omit` and `skipHidden` drop. */
function omitter(names: readonly string[], omission: Omission, watches: Watches) {
  const { drops, note } = watchedOmission(omission, names, watches);
  return {
    /** Whether a field of a record is dropped. */
    drops,
    /** The record without the fields that are dropped. */
    fields: (record: Item): Item => filterFields(record, (name) => !drops(name)),
    /**
     * The record without the nested fields of dotted names. It must be called first, because it checks whether a dotted name is a literal
     * field of the record. @param isKept whether `fields` keeps a field of the record
     */
    nested: (record: Item, isKept: (name: string) => boolean): Item => {
      let left = record;
      for (const { name, path } of omission.paths) {
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
