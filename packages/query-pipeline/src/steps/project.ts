import { contributionsOf } from '../contributed.js';
import { filterFields, getField, type Item, type Json, setField } from '../item.js';
import { layoutOf } from '../rules/layout.js';
import { headOf } from '../rules/names.js';
import { noteHolder, type Watches } from '../rules/never-found.js';
import { omissionOf, omitterOf } from '../rules/omission.js';
import { type Selection, selectionsOf } from '../rules/selection.js';
import type { StepFactory } from '../step.js';

/** `fields`, then `omit`, then `skipHidden`, then the renaming by `outputFields` (docs/semantics.md#fields). */
export const project: StepFactory = (query, { watches, setLayout }) => {
  const omission = omissionOf(query);
  const omit = omission && omitterOf(omission, query.omit ?? [], watches);
  if (query.fields === undefined) {
    if (omit === undefined) return undefined;
    const isLeft = (name: string): boolean => !omit.drops(name);
    return { kind: 'map', apply: (record) => filterFields(omit.nested(record), isLeft) };
  }
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
