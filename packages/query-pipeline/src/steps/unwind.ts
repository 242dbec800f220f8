import { contributionsOf, withContributions } from '../contributed.js';
import { filterFields, type Item, isItem, type Json } from '../item.js';
import { type Located, locator } from '../located.js';
import { contribute } from '../rules/contributions.js';
import type { Context, StepFactory } from '../step.js';

/** One record for each element of the named fields, merged into its parent; several names multiply (docs/semantics.md#unwind). */
export const unwind: StepFactory = (query, context) => {
  if (query.unwind === undefined) return undefined;
  const unwindings = query.unwind.map((name) => unwinding(name, context));
  return { kind: 'flatMap', apply: (record) => unwindAll(record, unwindings) };
};

/**
 * The records that unwinding one name makes of a record, one for each element: none for an empty array. `undefined`: the record stays as it
 * is, because the field is missing or is neither an array nor an object.
 */
type Unwinding = (record: Item) => Iterator<Item> | undefined;

/**
 * Unwinds one name after the other: depth first, and without recursion, because a query may unwind very many names. Gives `undefined`
 * whenever it has begun to unwind a field, so that long work can be interrupted.
 */
function* unwindAll(item: Item, unwindings: readonly Unwinding[]): Generator<Item | undefined> {
  /** The fields that are being unwound: their remaining records, and the index of the name to unwind next in these. */
  const unfinished: { readonly records: Iterator<Item>; readonly nextName: number }[] = [];
  let record: Item | undefined = item;
  let nextName = 0;
  for (;;) {
    while (record !== undefined && nextName < unwindings.length) {
      const records: Iterator<Item> | undefined = (unwindings[nextName++] as Unwinding)(record);
      if (records === undefined) continue;
      unfinished.push({ records, nextName });
      record = undefined;
    }
    yield record;
    record = undefined;
    while (record === undefined) {
      const innermost = unfinished.at(-1);
      if (innermost === undefined) return;
      const result = innermost.records.next();
      if (result.done) unfinished.pop();
      else record = result.value;
      nextName = innermost.nextName;
    }
  }
}

function unwinding(name: string, { watches, tracked }: Context): Unwinding {
  const locate = locator(name);
  const watch = watches.of('unwind', name);
  return (record) => {
    const located = locate(record);
    if (located === undefined) return undefined;
    watch.found = true;
    const value = located.holder[located.field];
    if (Array.isArray(value)) return merge(record, located, value, tracked);
    return isItem(value) ? merge(record, located, [value], tracked) : undefined;
  };
}

/**
 * Merges each element into the record. The unwound field is removed first, so a field of the element may have the same name. An element
 * that is not an object becomes the value of the unwound field.
 * @param tracked names whose contributed fields the record must remember; empty for most queries
 */
function* merge(record: Item, located: Located, elements: readonly Json[], tracked: ReadonlySet<string>): Generator<Item> {
  const { holder, field, nested, rebuild } = located;
  const others = filterFields(holder, (name) => name !== field);
  const contributedBefore = contributionsOf(record);
  for (const element of elements) {
    const merged = rebuild(isItem(element) ? { ...others, ...element } : { ...holder, [field]: element });
    if (tracked.size === 0) yield merged;
    // Only an object contributes fields, and only those at the top level of a record are tracked.
    else if (nested || !isItem(element)) yield withContributions(merged, contributedBefore);
    else yield withContributions(merged, contribute(contributedBefore, field, Object.keys(element), tracked));
  }
}
