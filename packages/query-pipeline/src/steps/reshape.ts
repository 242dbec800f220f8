import { getField, type Item } from '../item.js';
import type { PlainQuery } from '../shortcuts.js';
import { fieldLister, recordBuilder } from './by-name.js';
import { type Each, eachUnwound, eachWhole } from './each.js';
import { flatten } from './flatten.js';
import { type Expand, type Fused, fuse } from './fuse.js';
import type { Maker, Values } from './maker.js';
import { canPick, picking } from './pick.js';
import { project } from './project.js';
import { skipFailedPages } from './skip.js';
import type { Context, Step, StepFactory } from './step.js';
import { unwind } from './unwind.js';

/**
 * `unwind`, `flatten` and the projection. The steps one after the other define what comes out; where they can be, they are done in one
 * go, so that no record is built that the next step throws away (half of a csv of unwound, flattened and picked fields).
 */
export const reshape: StepFactory = (query, context) => {
  const { before, last, plain } = split(query, context);
  const fields = fieldsInOneGo(query, context);
  if (fields === undefined || plain.length === 0) return [...before, ...plain];
  const apply = lazily(() => {
    const build = recordBuilder(query.outputFields ?? fields);
    return inOneGo(last, built(picking(query, fields, context), build), context, asExpand(fuse(plain)));
  });
  if (last !== undefined) return [...before, { kind: 'flatMap', apply }];
  return [...before, { kind: 'map', apply: (record) => (apply(record) as readonly Item[])[0] as Item }];
};

/** Records as the values of their fields, for who needs no more: tables. */
export interface PickedRecords {
  /** Of the fields, in their order. */
  readonly names: readonly string[];
  /** Whether an item can give several, which then have what is not unwound in common. */
  readonly repeats: boolean;
  readonly each: Each<Values>;
  /** Instead of `each`, where every item is a record as it stands. */
  readonly one: ((item: Item) => Values) | undefined;
}

/** `undefined` where the query does not fix the fields of a record, or only the steps one after the other can tell them. */
export function pickedRecords(query: PlainQuery, context: Context): PickedRecords | undefined {
  const fields = fieldsInOneGo(query, context);
  if (fields === undefined) return undefined;
  const names = query.outputFields ?? fields;
  const { before, last, plain } = split(query, context);
  const repeats = last !== undefined;
  const first = asExpand(fuse([skipFailedPages(query, context) ?? [], before].flat()));
  const valuesOf = (record: Item | undefined): Values | undefined => record && names.map((name) => getField(record, name));
  const slow = asExpand(fuse(plain));
  const values = inOneGo(last, picking(query, fields, context), context, (item) => mapEach(slow(item), valuesOf));
  const isPresent = (row: Values | undefined): boolean => row?.some((value) => value !== undefined) ?? false;
  const present: Each<Values> = query.skipEmpty
    ? (item) => mapEach(values(item), (row) => (isPresent(row) ? row : undefined))
    : values;
  if (before.length === 0 && !query.skipFailedPages)
    return { names, repeats, each: present, one: readerOf(query, fields, context) };
  const each = function* (item: Item): Generator<Values | undefined> {
    for (const record of first(item)) {
      if (record === undefined) yield undefined;
      else yield* present(record);
    }
  };
  return { names, repeats, each, one: undefined };
}

/** Reads listed fields of items that the query neither takes apart nor leaves out: half of what a maker takes, 3 % of a whole rss. */
function readerOf(query: PlainQuery, fields: readonly string[], context: Context): PickedRecords['one'] {
  const { unwind: unwound, flatten: flattened, omit, skipHidden, skipEmpty } = query;
  if (unwound || flattened || omit || skipHidden || skipEmpty || fields.some((name) => name.includes('.'))) return undefined;
  const read = fieldLister(fields);
  let unseen = fields.map((name, at) => ({ at, watch: context.watch('fields', name) }));
  return (item) => {
    const values = read(item);
    if (unseen.length > 0) {
      for (const { at, watch } of unseen) watch.found ||= values[at] !== undefined;
      unseen = unseen.filter(({ watch }) => !watch.found);
    }
    return values;
  };
}

interface Split {
  readonly before: readonly Step[];
  /** The name that is unwound last. */
  readonly last: string | undefined;
  /** From the last unwinding on. */
  readonly plain: readonly Step[];
}

function split(query: PlainQuery, context: Context): Split {
  const names = query.unwind ?? [];
  const last = names.at(-1);
  const unwound = (list: readonly string[]) => (list.length === 0 ? undefined : unwind({ ...query, unwind: list }, context));
  const before = [unwound(names.slice(0, -1)) ?? []].flat();
  const plain = [unwound(names.slice(-1)), flatten(query, context), project(query, context)].flatMap((step) => step ?? []);
  return { before, last, plain };
}

/** What unwinding contributed, and what dotted names reach, is seen only on the way. */
function fieldsInOneGo({ fields, flatten = [], omit = [] }: PlainQuery, context: Context): readonly string[] | undefined {
  const isDotted = [...flatten, ...omit].some((name) => name.includes('.'));
  return fields !== undefined && !isDotted && context.tracked.size === 0 && canPick(fields) ? fields : undefined;
}

function inOneGo<R>(unwound: string | undefined, maker: Maker<R>, context: Context, plain: Each<R>): Each<R> {
  return unwound === undefined ? eachWhole(maker, plain) : eachUnwound(context.watch('unwind', unwound), maker, plain);
}

function built(maker: Maker<Values>, build: (values: Values) => Item): Maker<Item> {
  const made = (values: Values | undefined): Item | undefined => values && build(values);
  return {
    start: maker.start,
    whole: () => made(maker.whole()),
    merged: (element) => made(maker.merged(element)),
    replaced: (element) => made(maker.replaced(element)),
  };
}

/** Functions are made of text when the first item comes: few queries are both for records and for values. */
function lazily<R>(make: () => Each<R>): Each<R> {
  let each: Each<R> | undefined;
  return (item) => {
    each ??= make();
    return each(item);
  };
}

function asExpand(fused: Fused): Expand {
  return fused.kind === 'many' ? fused.apply : (record) => [fused.apply(record)];
}

function mapEach<A, B>(elements: Iterable<A>, apply: (element: A) => B): Iterable<B> {
  return Array.isArray(elements) ? (elements as readonly A[]).map(apply) : mapLazily(elements, apply);
}

function* mapLazily<A, B>(elements: Iterable<A>, apply: (element: A) => B): Generator<B> {
  for (const element of elements) yield apply(element);
}
