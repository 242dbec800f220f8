import { filterFields, getField, type Item, isItem, type Json, setField } from '../item.js';
import { type Layout, unlisted } from '../layout.js';
import type { PlainQuery } from '../shortcuts.js';
import { contributionsOf } from './contributions.js';
import { type Omission, omission } from './omit.js';
import type { Context, StepFactory, Watch } from './step.js';

/** `fields`, then `omit`, then `skipHidden`, then the `outputFields` rename (SEMANTICS section 5). */
export const project: StepFactory = (query, context) => {
  const omitted = omission(query, context);
  if (query.fields === undefined) return omitted && { kind: 'map', apply: (record) => dropFields(record, omitted) };
  const selections = select(query, query.fields, omitted, context);
  const { layout, learn } = learnPlaces(selections, context.tracked.size === 0);
  context.setLayout(layout);
  return { kind: 'map', apply: context.tracked.size > 0 ? picker(selections, omitted, learn) : plainPicker(selections, omitted) };
};

function dropFields(record: Item, { drops, prune }: Omission): Item {
  // Pruning first: whether a dotted name is a literal field is asked of the record before that field is dropped.
  return filterFields(prune === undefined ? record : prune(record), (name) => !drops(name));
}

/** One name of `fields`. */
export interface Selection {
  readonly source: string;
  readonly target: string;
  /** `omit` or `skipHidden` takes the field itself; what unwinding it contributed may stay. */
  readonly dropped: boolean;
  readonly unwound: boolean;
  readonly watch: Watch;
  /** Of a dotted name only, given the field above it: literal names never reach into objects, so tell what would have. */
  readonly noteHolder: ((value: Json | undefined) => void) | undefined;
  /** The field above a dotted name. */
  readonly above: string;
}

export function select(
  query: PlainQuery,
  fields: readonly string[],
  omitted: Omission | undefined,
  context: Context,
): Selection[] {
  return fields.map((source, place) => {
    const watch = context.watch('fields', source);
    return {
      source,
      target: query.outputFields?.[place] ?? source,
      dropped: omitted?.drops(source) ?? false,
      unwound: context.tracked.has(source),
      watch,
      noteHolder: source.includes('.') ? holderNoter(watch, headOf(source)) : undefined,
      above: headOf(source),
    };
  });
}

function holderNoter(watch: Watch, name: string): (value: Json | undefined) => void {
  return (value) => {
    if (watch.holder !== undefined) return;
    if (isItem(value)) watch.holder = { name, kind: 'object' };
    else if (Array.isArray(value)) watch.holder = { name, kind: 'array' };
  };
}

/** What stands before the first dot. */
export function headOf(name: string): string {
  return name.split('.', 1)[0] as string;
}

function plainPicker(selections: readonly Selection[], omitted: Omission | undefined): (record: Item) => Item {
  const prune = omitted?.prune;
  const pick = (record: Item, nameOf: (selection: Selection) => string, from: Item): Item => {
    const picked: Record<string, Json> = {};
    for (const selection of selections) {
      if (!Object.hasOwn(record, selection.source)) {
        selection.noteHolder?.(getField(record, selection.above));
        continue;
      }
      selection.watch.found = true;
      if (!selection.dropped) setField(picked, nameOf(selection), from[selection.source] as Json);
    }
    return picked;
  };
  if (prune === undefined) return (record) => pick(record, targetOf, record);
  return (record) => pick(record, targetOf, prune(filterFields(record, listedIn(selections))));
}

function targetOf(selection: Selection): string {
  return selection.target;
}

function listedIn(selections: readonly Selection[]): (name: string) => boolean {
  const names = new Set(selections.map(({ source }) => source));
  return (name) => names.has(name);
}

/** The picker that knows what unwinding contributed: a field selected twice stands once, in its first place. */
function picker(selections: readonly Selection[], omitted: Omission | undefined, learn: (field: string, place: number) => void) {
  return (record: Item): Item => {
    const chosen = choose(record, selections);
    const listed = omitted?.prune && filterFields(record, (name) => chosen.has(name));
    const from = listed === undefined ? record : (omitted?.prune?.(listed) as Item);
    const picked: Record<string, Json> = {};
    for (const [source, { target, place }] of chosen) {
      if (omitted?.drops(source)) continue;
      setField(picked, target, from[source] as Json);
      learn(target, place);
    }
    return picked;
  };
}

function choose(record: Item, selections: readonly Selection[]): Map<string, { target: string; place: number }> {
  const contributions = contributionsOf(record);
  const chosen = new Map<string, { target: string; place: number }>();
  selections.forEach(({ source, target, unwound, watch, noteHolder, above }, place) => {
    if (Object.hasOwn(record, source)) {
      watch.found = true;
      if (!chosen.has(source)) chosen.set(source, { target, place });
    } else if (unwound) {
      const given = contributions.get(source);
      if (given === undefined) return;
      watch.found = true;
      for (const name of given) if (!chosen.has(name)) chosen.set(name, { target: name, place });
    } else {
      noteHolder?.(getField(record, above));
    }
  });
  return chosen;
}

function learnPlaces(
  selections: readonly Selection[],
  settled: boolean,
): { layout: Layout; learn: (field: string, place: number) => void } {
  const places = new Map<string, number>();
  const learn = (field: string, place: number): void => {
    const known = places.get(field);
    if (known === undefined || place < known) places.set(field, place);
  };
  const listed = selections.map(({ target, dropped }) => (dropped ? undefined : target));
  listed.forEach((name, place) => {
    if (name !== undefined) learn(name, place);
  });
  return { layout: { listed, place: (field) => places.get(field) ?? unlisted.place(field), settled }, learn };
}
