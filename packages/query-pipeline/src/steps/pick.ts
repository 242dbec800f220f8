import { type Item, isItem, type Json } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import { fieldReader, recordBuilder } from './by-name.js';
import { isEmpty, type LeafFinder, leafFinder, MOST_SEGMENTS } from './leaves.js';
import type { Maker } from './maker.js';
import { omission } from './omit.js';
import { headOf, type Selection, select } from './project.js';
import type { Context, Watch } from './step.js';

/** A flattened name, and the leaves of it that `fields` lists. */
interface Group {
  /** Of its value, among what is read. */
  readonly at: number;
  readonly watch: Watch;
  readonly finder: LeafFinder | undefined;
  /** Places of its leaves. */
  readonly places: readonly number[];
}

interface Target extends Selection {
  /** Of a leaf: its flattened name is a group. */
  readonly isLeaf: boolean;
  /** Where the field above a dotted name is, among what is read. */
  readonly head: number;
}

type Values = (Json | undefined)[];

/** Records of listed fields alone: of the item, of its elements and of flattened objects only these are read. */
export function picking(query: PlainQuery, fields: readonly string[], context: Context): Maker | undefined {
  if (fields.some((name) => name.split('.').length > MOST_SEGMENTS + 1)) return undefined;
  const flattened = query.flatten ?? [];
  // Place by place: the listed names, then the flattened ones and those above dotted ones.
  const names = [...new Set([...fields, ...flattened, ...fields.filter((name) => name.includes('.')).map(headOf)])];
  const isFlattened = names.map((name) => flattened.includes(name));
  const targets: readonly Target[] = select(query, fields, omission(query, context), context).map((selection) => {
    const { source } = selection;
    return {
      ...selection,
      isLeaf: source.includes('.') && flattened.includes(headOf(source)),
      head: names.indexOf(headOf(source)),
    };
  });
  const groups = flattened.map((name) => groupOf(name, names, targets, context));
  const readParent = fieldReader(names);
  const readElement = fieldReader(names);
  const build = recordBuilder(targets.map(({ target }) => target));

  const parent: Values = [];
  const own: Values = [];
  const parentLeaves: Values = [];
  const leaves: Values = [];
  const picked: Values = [];
  let unwoundAt = -1;
  let clash = false;

  const hasContent = (value: Json | undefined): boolean => isItem(value) && !isEmpty(value);

  const findLeaves = ({ places, finder }: Group, value: Json | undefined, into: Values): void => {
    for (const place of places) into[place] = undefined;
    if (finder !== undefined && isItem(value) && !finder.find(value, into)) clash = true;
  };

  /** Of the record that has `values` and, at the places of leaves, `leaves`. */
  const record = (values: Values): Item | undefined => {
    for (const { at, watch } of groups) if (values[at] !== undefined) watch.found = true;
    for (let at = 0; at < targets.length; at++) {
      const target = targets[at] as Target;
      let value = values[at];
      if (target.isLeaf && leaves[at] !== undefined) {
        if (value !== undefined) return undefined;
        value = leaves[at];
      } else if (isFlattened[at] && hasContent(value)) value = undefined;
      picked[at] = target.dropped ? undefined : value;
      if (value !== undefined) target.watch.found = true;
      else if (target.noteHolder !== undefined) {
        const head = values[target.head];
        if (!isFlattened[target.head] || !hasContent(head)) target.noteHolder(head);
      }
    }
    return clash ? undefined : build(picked);
  };

  /** What the element does not have is the parent's; `own` is what it has. */
  const overParent = (): Item | undefined => {
    for (const group of groups) {
      const value = own[group.at];
      if (value !== undefined) findLeaves(group, value, leaves);
      else for (const place of group.places) leaves[place] = parentLeaves[place];
    }
    for (let at = 0; at < names.length; at++) if (own[at] === undefined) own[at] = parent[at];
    return record(own);
  };

  return {
    start: (item, unwound) => {
      clash = false;
      readParent(item, parent);
      unwoundAt = unwound === undefined ? -1 : names.indexOf(unwound);
      if (unwoundAt >= 0) parent[unwoundAt] = undefined;
      for (const group of groups) findLeaves(group, parent[group.at], parentLeaves);
    },
    whole: () => {
      for (const { places } of groups) for (const place of places) leaves[place] = parentLeaves[place];
      return record(parent);
    },
    merged: (element) => {
      readElement(element, own);
      return overParent();
    },
    replaced: (element) => {
      own.fill(undefined);
      if (unwoundAt >= 0) own[unwoundAt] = element;
      return overParent();
    },
  };
}

function groupOf(name: string, names: readonly string[], targets: readonly Target[], context: Context): Group {
  const wanted = targets.flatMap(({ source }, place) =>
    source.startsWith(`${name}.`) ? [[source.slice(name.length + 1), place] as const] : [],
  );
  return {
    at: names.indexOf(name),
    watch: context.watch('flatten', name),
    finder: wanted.length > 0 ? leafFinder(wanted) : undefined,
    places: wanted.map(([, place]) => place),
  };
}
