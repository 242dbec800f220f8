import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { itemsSource, type MemoryOptions } from './memory.js';
import { itemsOf } from './testing/scratch.js';

/** Nested objects. The innermost one is empty. */
const nested = (levels: number): unknown => (levels === 1 ? {} : { inner: nested(levels - 1) });
const nestedLists = (levels: number): unknown => ({ list: Array.from({ length: levels - 1 }).reduce((list) => [list], 1) });
const inherited: unknown = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } });
const loop: Record<string, unknown> = {};
loop.inner = loop;
const bare: unknown = Object.assign(Object.create(null), { a: [1, { b: null }] });

/** The items of a source. It is given a list, because one of the items is a promise. */
const taken = (item: unknown, options: MemoryOptions = {}): Promise<readonly unknown[]> =>
  itemsOf(itemsSource([item as Item], { maxDepth: 150, ...options }));

describe('Items that code made', () => {
  const asThey: [string, unknown][] = [
    ['plain JSON', { a: 1, b: 'x', c: true, d: null, e: [1, ['y']], f: { g: {} } }],
    ['an object without a prototype', bare],
    ['as many levels as are allowed', nested(150)],
    ['as many levels of lists as are allowed', nestedLists(150)],
    ['names that objects have anyway', JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":"x"}')],
  ];
  it.each(asThey)('are not changed: %s', async (_, item) => {
    expect((await taken(item))[0]).toBe(item);
  });

  const asJson: [string, unknown, unknown][] = [
    ['numbers that JSON does not have become null', { a: Number.NaN, b: [Number.POSITIVE_INFINITY] }, { a: null, b: [null] }],
    ['a date becomes text', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['an undefined field is omitted', { a: undefined, b: 1 }, { b: 1 }],
    ['an undefined element becomes null', { a: [undefined, 1] }, { a: [null, 1] }],
    ['a function is omitted', { a: () => 1, b: 1 }, { b: 1 }],
    ['a symbol is omitted', { a: Symbol('a'), b: 1 }, { b: 1 }],
    ['a map becomes an empty object', { a: new Map([[1, 2]]) }, { a: {} }],
    ['boxed values become plain', { a: Object(1), b: Object('x') }, { a: 1, b: 'x' }],
    ['toJSON of a nested value is called', { a: { toJSON: () => [1] } }, { a: [1] }],
    ['toJSON of the item is called', { a: 1, toJSON: () => ({ b: 2 }) }, { b: 2 }],
    ['only own fields of an instance are used', inherited, { own: 2 }],
    ['far down as well', { a: nestedLists(120), b: new Date(0) }, { a: nestedLists(120), b: '1970-01-01T00:00:00.000Z' }],
  ];
  it.each(asJson)('are converted as by JSON.stringify: %s', async (_, item, expected) => {
    expect(await taken(item)).toEqual([expected]);
    expect(await taken(item)).toEqual([JSON.parse(JSON.stringify(item))]);
  });

  const refused: [string, unknown, string][] = [
    ['a promise', Promise.resolve({ a: 1 }), 'expected an object, got a promise'],
    ['an array', [{ a: 1 }], 'expected an object, got an array'],
    ['null', null, 'expected an object, got null'],
    ['nothing', undefined, 'expected an object, got'],
    ['a text', 'x', 'expected an object, got a string'],
    ['a toJSON that gives an array', { toJSON: () => [1] }, 'expected an object, got an array from its toJSON'],
    ['a toJSON that gives nothing', { toJSON: () => null }, 'expected an object, got null from its toJSON'],
    ['a BigInt', { a: [{ b: 1n }] }, 'a BigInt in the field "a/0/b", which JSON does not have'],
    ['bytes', Buffer.from('x'), 'expected an object, got bytes'],
    ['a function', () => 1, 'expected an object, got a function'],
    ['a date', new Date(0), 'expected an object, got a string from its toJSON'],
    ['a toJSON that throws', { a: { toJSON: () => JSON.parse('') } }, 'cannot be written as JSON: Unexpected end'],
    ['one level too many', nested(151), 'nested deeper than 150 levels'],
    ['one level of lists too many', nestedLists(151), 'nested deeper than 150 levels'],
    ['a value that contains itself', loop, 'nested deeper than 150 levels'],
  ];
  it.each(refused)('are refused with their number: %s', async (_, item, reason) => {
    const good = { good: 1 };
    await expect(itemsOf(itemsSource([good, item as Item, good], { maxDepth: 150 }))).rejects.toMatchObject({
      name: 'MalformedInputError',
      line: 2,
      message: expect.stringContaining(`items: item 2: ${reason}`),
    });
  });
  it.each(refused)('are skipped with skipMalformed: %s', async (_, item) => {
    const source = itemsSource([{ n: 1 }, item as Item, { n: 3 }], { maxDepth: 150, skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(source.skipped()).toMatchObject({ count: 1, first: [{ item: 2 }] });
  });
  const all = [...asThey, ...asJson, ...refused].map(([name, item]): [string, unknown] => [name, item]);
  it.each(all)('are not checked if they are trusted: %s', async (_, item) => {
    expect((await taken(item, { trusted: true }))[0]).toBe(item);
  });
});

describe('A list in memory', () => {
  const list = Array.from({ length: 1200 }, (_, n): Item => ({ n, at: new Date(n) as unknown as string }));
  it.each([
    { desc: false, trusted: false },
    { desc: true, trusted: false },
    { desc: false, trusted: true },
    { desc: true, trusted: true },
  ])('is read again and again, and stays as it was: %j', async ({ desc, trusted }) => {
    const source = itemsSource(list, { trusted });
    const window = { desc, offset: 500, limit: 600 };
    const numbers = Array.from({ length: 600 }, (_, n) => (desc ? 1199 - 500 - n : 500 + n));
    for (let walk = 0; walk < 2; walk++) expect((await itemsOf(source, window)).map(({ n }) => n)).toEqual(numbers);
    expect(list.every(({ at }) => (at as unknown) instanceof Date)).toBe(true);
  });
});
