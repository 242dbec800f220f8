import { filterFields, type Item, isItem, type Json } from '../item.js';
import { contributionsOf, replaceContributed, withContributions } from './contributions.js';
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
    const children = expand(holder, field, value);
    if (!nested && trace === undefined) return children;
    return mapRecords(children, (child, element) => {
      const made = rebuild(child);
      return trace === undefined ? made : trace(made, record, nested ? undefined : field, element);
    });
  };
}

type Children = Iterable<Item | undefined> & { readonly elements: readonly Json[] };

function expand(parent: Item, field: string, value: Item | readonly Json[]): Children {
  const elements: readonly Json[] = Array.isArray(value) ? value : [value as Item];
  return { elements, [Symbol.iterator]: () => merged(parent, field, elements) };
}

/** The field is taken away first, so an element's own field of that name is one of the element's. */
function* merged(parent: Item, field: string, elements: readonly Json[]): Generator<Item | undefined> {
  if (elements.length === 0) yield undefined;
  let others: Item | undefined;
  for (const element of elements) {
    if (isItem(element)) {
      others ??= filterFields(parent, (name) => name !== field);
      yield { ...others, ...element };
    } else {
      yield { ...parent, [field]: element };
    }
  }
}

function* mapRecords(children: Children, apply: (child: Item, element: Json) => Item): Generator<Item | undefined> {
  let index = 0;
  for (const child of children) yield child && apply(child, children.elements[index++] as Json);
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
