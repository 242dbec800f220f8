import { getField, type Item, isItem, type Json } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import { flatten } from './flatten.js';
import { type Expand, type Fused, fuse, nothing } from './fuse.js';
import type { Maker } from './maker.js';
import { picking } from './pick.js';
import { project } from './project.js';
import type { Context, Step, StepFactory } from './step.js';
import { AT_ONCE, unwind } from './unwind.js';

/**
 * `unwind`, `flatten` and the projection. The steps one after the other define what comes out; where they can be, they are done in one
 * go, so that no record is built that the next step throws away (half of a csv of unwound, flattened and picked fields).
 */
export const reshape: StepFactory = (query, context) => {
  const names = query.unwind ?? [];
  const last = names.slice(-1);
  const before = names.length > 1 ? unwind({ ...query, unwind: names.slice(0, -1) }, context) : undefined;
  const plain = [
    last.length > 0 && unwind({ ...query, unwind: last }, context),
    flatten(query, context),
    project(query, context),
  ];
  const sequence = plain.flatMap((step) => step || []);
  const quick = sequence.length > 0 ? inOneGo(query, last[0], context, fuse(sequence)) : undefined;
  return [...(before === undefined ? [] : [before].flat()), ...(quick === undefined ? sequence : [quick])];
};

function inOneGo(query: PlainQuery, unwound: string | undefined, context: Context, plain: Fused): Step | undefined {
  // What unwinding contributed, and what dotted names reach, is seen only on the way.
  const dotted = [...(query.flatten ?? []), ...(query.omit ?? [])].some((name) => name.includes('.'));
  if (dotted || context.tracked.size > 0) return undefined;
  const maker = query.fields && picking(query, query.fields, context);
  if (maker === undefined) return undefined;
  if (unwound !== undefined) return { kind: 'flatMap', apply: unwinder(unwound, maker, context, plain.apply as Expand) };
  const { apply } = plain as Extract<Fused, { kind: 'one' }>;
  return {
    kind: 'map',
    apply: (record) => {
      maker.start(record, undefined);
      return maker.whole() ?? (apply(record) as Item);
    },
  };
}

function unwinder(name: string, maker: Maker, context: Context, plain: Expand): Expand {
  const watch = context.watch('unwind', name);
  const isPath = name.includes('.');

  const whole: Expand = (record) => {
    maker.start(record, undefined);
    const made = maker.whole();
    return made === undefined ? plain(record) : [made];
  };

  const list = (record: Item, elements: readonly Json[]): Iterable<Item | undefined> => {
    maker.start(record, name);
    const records: Item[] = [];
    for (const element of elements) {
      const made = isItem(element) ? maker.merged(element) : maker.replaced(element);
      if (made === undefined) return plain(record);
      records.push(made);
    }
    return records;
  };

  return (record) => {
    const value = getField(record, name);
    if (value === undefined) return isPath ? plain(record) : whole(record);
    watch.found = true;
    if (isItem(value)) return list(record, [value]);
    if (!Array.isArray(value)) return whole(record);
    if (value.length === 0) return nothing;
    return value.length > AT_ONCE ? inSlices(record, name, value, list) : list(record, value);
  };
}

/** What an item of more elements gives, part by part, as it is asked for. */
function* inSlices(
  record: Item,
  name: string,
  elements: readonly Json[],
  list: (record: Item, elements: readonly Json[]) => Iterable<Item | undefined>,
): Generator<Item | undefined> {
  for (let start = 0; start < elements.length; start += AT_ONCE) {
    const slice = elements.slice(start, start + AT_ONCE);
    yield* list({ ...record, [name]: slice }, slice);
  }
}
