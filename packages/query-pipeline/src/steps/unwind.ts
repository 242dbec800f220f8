import { filterFields, type Item, isItem, type Json } from '../item.js';
import { contributionsOf, replaceContributed, withContributions } from './contributions.js';
import { nothing } from './fuse.js';
import { locator } from './path.js';
import type { Context, StepFactory } from './step.js';

type Unwinding = (record: Item) => Iterable<Item | undefined>;

/** One record for each element of the named fields, merged into its parent; several names multiply (SEMANTICS section 3). */
export const unwind: StepFactory = (query, context) => {
  if (query.unwind === undefined) return undefined;
  const [first, ...rest] = query.unwind.map((name) => unwinding(name, context)) as [Unwinding, ...Unwinding[]];
  return { kind: 'flatMap', apply: rest.reduce(nested, first) };
};

function nested(outer: Unwinding, inner: Unwinding): Unwinding {
  return function* (record) {
    for (const parent of outer(record)) {
      if (parent === undefined) yield undefined;
      else yield* inner(parent);
    }
  };
}

function unwinding(name: string, context: Context): Unwinding {
  const locate = locator(name);
  const watch = context.watch('unwind', name);
  const trace = context.tracked.size > 0 ? tracer(context.tracked) : undefined;
  return (record) => {
    const located = locate(record);
    if (located === undefined) return [record];
    watch.found = true;
    const { holder, field, nested, rebuild } = located;
    const value = holder[field];
    if (!isItem(value) && !Array.isArray(value)) return [record];
    const merge = merger(holder, field);
    return expandElements(Array.isArray(value) ? value : [value], (element) => {
      const made = rebuild(merge(element));
      return trace === undefined ? made : trace(made, record, nested ? undefined : field, element);
    });
  };
}

/** Elements that become records at once; more of them become records one by one, as they are asked for. */
export const AT_ONCE = 512;

function expandElements(elements: readonly Json[], make: (element: Json) => Item): Iterable<Item | undefined> {
  if (elements.length === 0) return nothing;
  return elements.length > AT_ONCE ? mapLazily(elements, make) : elements.map(make);
}

function* mapLazily(elements: readonly Json[], make: (element: Json) => Item): Generator<Item> {
  for (const element of elements) yield make(element);
}

/** The field is taken away first, so an element's own field of that name is one of the element's. */
function merger(parent: Item, field: string): (element: Json) => Item {
  let others: Item | undefined;
  return (element) => {
    if (!isItem(element)) return { ...parent, [field]: element };
    others ??= filterFields(parent, (name) => name !== field);
    return { ...others, ...element };
  };
}

/** Notes which fields an element gave; `field` is absent when something below the top level was unwound. */
function tracer(tracked: ReadonlySet<string>) {
  return (child: Item, parent: Item, field: string | undefined, element: Json): Item => {
    const before = contributionsOf(parent);
    if (field === undefined || !isItem(element)) return withContributions(child, before);
    const given = Object.keys(element);
    const after = replaceContributed(before, field, given);
    return withContributions(child, tracked.has(field) ? new Map([...after, [field, given]]) : after);
  };
}
