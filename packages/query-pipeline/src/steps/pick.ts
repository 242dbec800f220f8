import { isItem, type Json } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import { fieldReader } from './by-name.js';
import { combiner, type Target } from './combine.js';
import { type LeafFinder, leafFinder, MOST_SEGMENTS } from './leaves.js';
import type { Maker, Values } from './maker.js';
import { omission } from './omit.js';
import { headOf, select } from './project.js';
import type { Context, Watch } from './step.js';

/** A flattened name, and the leaves of it that `fields` lists. */
interface Group {
  /** Of its value, among what is read. */
  readonly at: number;
  readonly watch: Watch;
  readonly finder: LeafFinder | undefined;
  /** Places of its leaves. */
  readonly places: readonly number[];
  /** What stands at these places is the parent's. */
  inherited: boolean;
}

export function canPick(fields: readonly string[]): boolean {
  return fields.every((name) => name.split('.').length <= MOST_SEGMENTS + 1);
}

/** Values of listed fields alone: of the item, of its elements and of flattened objects only these are read. */
export function picking(query: PlainQuery, fields: readonly string[], context: Context): Maker<Values> {
  const flattened = query.flatten ?? [];
  // Place by place: the listed names, then the flattened ones and those above dotted ones.
  const names = [...new Set([...fields, ...flattened, ...fields.filter((name) => name.includes('.')).map(headOf)])];
  const targets: readonly Target[] = select(query, fields, omission(query, context), context).map((selection) => {
    const { source, above } = selection;
    const headFlattened = flattened.includes(above);
    const isLeaf = source.includes('.') && headFlattened;
    return { ...selection, isLeaf, isFlattened: flattened.includes(source), head: names.indexOf(above), headFlattened };
  });
  const groups = flattened.map((name) => groupOf(name, names, targets, context));
  const readParent = fieldReader(names);
  const readElement = fieldReader(names);
  const combine = combiner(targets);

  const none: Values = names.map(() => undefined);
  const parent: (Json | undefined)[] = [...none];
  const own: (Json | undefined)[] = [...none];
  const parentLeaves: (Json | undefined)[] = [...none];
  const leaves: (Json | undefined)[] = [...none];
  let unwoundAt = -1;
  let clash = false;

  const findLeaves = ({ places, finder }: Group, value: Json | undefined, into: (Json | undefined)[]): void => {
    if (finder === undefined) return;
    for (const place of places) into[place] = undefined;
    if (isItem(value) && !finder.find(value, into)) clash = true;
  };

  const record = (values: Values): Values | undefined => {
    for (const group of groups) {
      const { at, watch, places } = group;
      const value = values[at];
      if (!watch.found && (value ?? parent[at]) !== undefined) watch.found = true;
      if (value !== undefined) {
        findLeaves(group, value, leaves);
        group.inherited = false;
      } else if (!group.inherited) {
        for (const place of places) leaves[place] = parentLeaves[place];
        group.inherited = true;
      }
    }
    return clash ? undefined : combine(values, parent, leaves);
  };

  return {
    start: (item, unwound) => {
      clash = false;
      readParent(item, parent);
      unwoundAt = unwound === undefined ? -1 : names.indexOf(unwound);
      if (unwoundAt >= 0) parent[unwoundAt] = undefined;
      for (const group of groups) {
        findLeaves(group, parent[group.at], parentLeaves);
        group.inherited = false;
      }
    },
    whole: () => record(none),
    merged: (element) => {
      readElement(element, own);
      return record(own);
    },
    replaced: (element) => {
      own.fill(undefined);
      if (unwoundAt >= 0) own[unwoundAt] = element;
      return record(own);
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
    inherited: false,
  };
}
