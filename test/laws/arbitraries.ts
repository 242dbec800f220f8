import { type GivenQuery, type Item, isItem, type Json, type Query, type Views } from 'dataset-items';
import fc from 'fast-check';
import { applyView } from '../../packages/exporter/src/views.js';

/** A small number of names, so that fields, unwound names and dotted paths collide; some of them are traps. */
const names = ['a', 'b', 'c', 'a.b', 'b.c', 'a/b', '#h', '0', '10', '__proto__', 'constructor', 'errorInfo', 'url', 'é', ''];
const name = fc.oneof({ arbitrary: fc.constantFrom('a', 'b'), weight: 2 }, { arbitrary: fc.constantFrom(...names), weight: 3 });

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '"', '""', ',', 'a\nb', '\r\n', '\t', '=1+1', '\ufeff', '\u0000', "it's", '<b>&amp;</b>', '\ud800'),
);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

/** An object with any keys, including `__proto__`, in any order. */
function objectOf(value: fc.Arbitrary<Json>): fc.Arbitrary<Item> {
  return fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 5 }).map((fields) => {
    // Parsing JSON text makes every name an own property.
    return JSON.parse(`{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`).join(',')}}`);
  });
}

/** Values that can often be unwound and flattened. */
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: fc.constant(null), weight: 1 },
    { arbitrary: fc.array(tie('json'), { maxLength: 3 }), weight: 2 },
    { arbitrary: fc.array(objectOf(tie('json')), { maxLength: 3 }), weight: 2 },
    { arbitrary: objectOf(tie('json')), weight: 3 },
  ),
}));

export const item: fc.Arbitrary<Item> = objectOf(json);
export const items: fc.Arbitrary<Item[]> = fc.oneof(
  { arbitrary: fc.array(item, { maxLength: 2 }), weight: 1 },
  { arbitrary: fc.array(item, { maxLength: 12 }), weight: 2 },
);

/** The number of a name among the names of the items, or a name that may not exist. */
type Pick = number | string;
const pick: fc.Arbitrary<Pick> = fc.oneof(
  { arbitrary: fc.nat(5), weight: 4 },
  { arbitrary: fc.nat(999), weight: 2 },
  {
    arbitrary: fc.constantFrom(...names.filter((known) => known !== ''), 'a.b.c', 'missing', 'missing.x', 'pageFunctionResult'),
    weight: 1,
  },
);
const picks = fc.oneof(fc.array(pick, { minLength: 1, maxLength: 1 }), fc.array(pick, { minLength: 1, maxLength: 3 }));
/** Present in `share` of ten draws. */
const given =
  (share: number) =>
  <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ arbitrary: fc.constant(undefined), weight: 10 - share }, { arbitrary, weight: share });
const maybe = given(4);
const rarely = given(1);

/** Generators of all parameters, before the names are known. */
const parameters = {
  skipFailedPages: rarely(fc.constant(true as const)),
  unwind: maybe(picks),
  flatten: maybe(picks),
  fields: maybe(picks),
  omit: rarely(picks),
  skipHidden: maybe(fc.constant(true as const)),
  outputFields: maybe(picks),
  skipEmpty: maybe(fc.constant(true as const)),
  clean: rarely(fc.constant(true as const)),
  simplified: rarely(fc.constant(true as const)),
  view: rarely(fc.record({ unwind: maybe(picks), flatten: maybe(picks), fields: maybe(picks), omit: maybe(picks) })),
} satisfies Record<keyof Query, fc.Arbitrary<unknown>>;

/** Stored items and a query. */
export interface Asked {
  readonly stored: Item[];
  /** The query in the form of a request. */
  readonly request: GivenQuery;
  readonly views: Views;
  /** The same after the view was applied. */
  readonly query: GivenQuery;
}

export const asked: fc.Arbitrary<Asked> = fc.tuple(items, fc.record(parameters)).map(([stored, drawn]) => {
  const known = namesIn(stored);
  const list = (given: readonly Pick[] | undefined): string[] | undefined => given && named(given, known);
  const { unwind, flatten, fields, omit, outputFields, view, ...flags } = drawn;
  const listed = list(fields);
  const query = present({
    ...flags,
    unwind: list(unwind),
    flatten: list(flatten),
    fields: listed,
    omit: list(omit),
    outputFields: listed && outputFields && renamed(listed, named(outputFields, known)),
  });
  if (view === undefined) return { stored, request: query, views: {}, query };
  const transformation = present({
    unwind: list(view.unwind),
    flatten: list(view.flatten),
    fields: list(view.fields),
    omit: list(view.omit),
  });
  const views: Views = { drawn: transformation };
  return { stored, request: { ...query, view: 'drawn' }, views, query: applyView(query, 'drawn', views) };
});

/** Names of fields at any depth: their own names, and dotted paths to them from every object that contains them. */
function namesIn(stored: readonly Item[]): string[] {
  const found = new Set<string>();
  const visit = (value: Json, prefixes: readonly string[]): void => {
    if (Array.isArray(value)) for (const element of value) visit(element, ['']);
    if (!isItem(value)) return;
    for (const key of Object.keys(value)) {
      const paths = prefixes.map((prefix) => prefix + key);
      for (const path of paths) if (path !== '') found.add(path);
      visit(value[key] as Json, [...paths.map((path) => `${path}.`), '']);
    }
  };
  for (const one of stored) visit(one, ['']);
  const isDotted = (path: string): boolean => path.includes('.');
  const plain = [...found].filter((path) => !isDotted(path));
  return found.size === 0 ? ['a'] : [...plain, ...[...found].filter(isDotted)];
}

function named(given: readonly Pick[], known: readonly string[]): string[] {
  return [...new Set(given.map((one) => (typeof one === 'string' ? one : (known[one % known.length] as string))))];
}

/** The same number of different names as listed: some that items have, and then new ones. */
function renamed(listed: readonly string[], given: readonly string[]): string[] {
  return [...new Set([...given, ...listed.map((_, place) => `out${place}`)])].slice(0, listed.length);
}

function present<T extends object>(given: T): { [N in keyof T]: Exclude<T[N], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [N in keyof T]: Exclude<T[N], undefined>;
  };
}

export const window = fc.record({
  offset: fc.integer({ min: 0, max: 6 }),
  limit: fc.integer({ min: 0, max: 8 }),
  desc: fc.boolean(),
});
