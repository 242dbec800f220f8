import type { GivenQuery, Item, Json } from 'dataset-items';
import fc from 'fast-check';

/** Few names, so that fields meet each other, unwound names and dotted paths; some that are traps. */
const names = ['a', 'b', 'c', 'a.b', 'b.c', 'a/b', '#h', '0', '10', '__proto__', 'constructor', 'errorInfo', 'url', 'é', ''];
const name = fc.constantFrom(...names);

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

/** An object whose keys are data, `__proto__` too, in any order. */
function objectOf(value: fc.Arbitrary<Json>): fc.Arbitrary<Item> {
  return fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 5 }).map((fields) => {
    // JSON text is the one way to make every name an own property.
    return JSON.parse(`{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`).join(',')}}`);
  });
}

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: fc.array(tie('json'), { maxLength: 3 }), weight: 2 },
    { arbitrary: objectOf(tie('json')), weight: 3 },
  ),
}));

export const item: fc.Arbitrary<Item> = objectOf(json);
export const items: fc.Arbitrary<Item[]> = fc.array(item, { maxLength: 12 });

const list = fc.uniqueArray(fc.constantFrom(...names.filter((known) => known !== ''), 'a.b.c', 'pageFunctionResult'), {
  minLength: 1,
  maxLength: 4,
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

export const query: fc.Arbitrary<GivenQuery> = fc
  .record({
    unwind: maybe(list),
    flatten: maybe(list),
    fields: maybe(list),
    omit: maybe(list),
    skipHidden: maybe(fc.constant(true)),
    skipEmpty: maybe(fc.constant(true)),
    skipFailedPages: maybe(fc.constant(true)),
    clean: maybe(fc.constant(true)),
    simplified: maybe(fc.constant(true)),
    renamed: fc.boolean(),
  })
  .map(({ renamed, ...given }) => ({
    ...given,
    ...(renamed && given.fields && { outputFields: given.fields.map((_, place) => `out${place}`).reverse() }),
  }));

export const window = fc.record({
  offset: fc.integer({ min: 0, max: 6 }),
  limit: fc.integer({ min: 0, max: 8 }),
  desc: fc.boolean(),
});
