import { Readable } from 'node:stream';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { checkedSource } from './checked.js';
import { defineSource } from './define.js';
import { type Items, itemsSource, type MemoryOptions } from './memory.js';
import type { CheckedSource, Source } from './source.js';
import { itemsOf, noFacts, slice, windows } from './testing/scratch.js';

type Options = Pick<MemoryOptions, 'bigint' | 'maxDepth' | 'skipMalformed'>;

interface WayIn {
  readonly name: string;
  readonly open: (items: readonly unknown[], options?: Options) => CheckedSource;
  /** It can be read only once. */
  readonly once: boolean;
}

const of = (name: string, once: boolean, wrap: (items: readonly object[]) => Items): WayIn => ({
  name,
  once,
  open: (items, options) => itemsSource(wrap(items as object[]), options),
});

async function* later(items: readonly object[]): AsyncGenerator<object> {
  yield* items;
}

function* soon(items: readonly object[]): Generator<object> {
  yield* items;
}

const inBatches = (items: readonly unknown[]): Source => ({
  facts: noFacts,
  total: async () => items.length,
  async *read() {
    for (let at = 0; at < items.length; at += 3) yield items.slice(at, at + 3) as object[];
  },
});

const waysIn: readonly WayIn[] = [
  of('an array', false, (items) => [...items]),
  of('an iterable', false, (items) => ({ [Symbol.iterator]: () => items[Symbol.iterator]() })),
  of('an asynchronous iterable', false, (items) => ({ [Symbol.asyncIterator]: () => later(items) })),
  of('a generator', true, soon),
  of('an asynchronous generator', true, later),
  of('a readable', true, (items) => Readable.from(items)),
  of('a stream of the web', true, (items) => ReadableStream.from(items)),
  { name: 'a source', once: false, open: (items, options) => checkedSource(inBatches(items), options) },
  {
    name: 'a defined source',
    once: false,
    open: (items, options) => defineSource({ facts: noFacts, items: () => later(items as object[]) }, options),
  },
];

const numbers = Array.from({ length: 20 }, (_, n) => ({ n }));

class Price {
  readonly #amount = 5;
  readonly currency = 'EUR';
  toJSON(): unknown {
    return { amount: this.#amount, currency: this.currency };
  }
}

/** Values that JSON does not have, and their conversion. */
const rules: [name: string, item: object, expected: object, options?: Options][] = [
  ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ['an invalid date', { at: new Date(Number.NaN) }, { at: null }],
  ['toJSON', { price: new Price() }, { price: { amount: 5, currency: 'EUR' } }],
  ['toJSON gets the name', { a: [{ toJSON: (name: string) => `at ${name}` }] }, { a: ['at 0'] }],
  ['toJSON of an item', new Price(), { amount: 5, currency: 'EUR' }],
  ['toJSON of a list', { a: Object.assign([1], { toJSON: () => 'x' }) }, { a: 'x' }],
  ['absent values', { a: undefined, b: () => 1, c: Symbol('c'), d: [undefined, () => 1] }, { d: [null, null] }],
  ['a Buffer, before its toJSON', { bytes: Buffer.from('oak') }, { bytes: 'b2Fr' }],
  ['a part of a buffer', { bytes: Buffer.from('an oak').subarray(3) }, { bytes: 'b2Fr' }],
  [
    'typed arrays',
    { a: [Uint8Array.of(1, 2), Uint16Array.of(1), new DataView(new ArrayBuffer(1))] },
    { a: ['AQI=', 'AQA=', 'AA=='] },
  ],
  ['a bare buffer', { a: Uint8Array.of(255).buffer }, { a: '/w==' }],
  ['bytes from toJSON', { a: { toJSON: () => Uint8Array.of(255) } }, { a: '/w==' }],
  ['a Buffer in the form of JSON', JSON.parse(JSON.stringify({ a: Buffer.from('x') })), { a: { type: 'Buffer', data: [120] } }],
  ['a BigInt as text', { a: [1n], b: Object(2n) }, { a: ['1'], b: '2' }, { bigint: 'text' }],
  ['boxed values', { a: Object('x'), b: Object(1), c: Object(false) }, { a: 'x', b: 1, c: false }],
  ['numbers that JSON does not have', { a: Number.NaN, c: [Number.NEGATIVE_INFINITY] }, { a: null, c: [null] }],
  ['a list with holes', { a: Object.assign([], { 2: 1 }) }, { a: [null, null, 1] }],
  [
    'names that objects have anyway',
    JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
    JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  ],
  [
    'such names beside a date',
    withOwn('__proto__', { at: new Date(0) }),
    withOwn('__proto__', { at: '1970-01-01T00:00:00.000Z' }),
  ],
];

function withOwn(name: string, value: unknown): object {
  return Object.defineProperty({ b: 1 }, name, { value, enumerable: true });
}

const refusals: [name: string, item: unknown, reason: string, options?: Options][] = [
  [
    'a BigInt',
    { a: { b: [0, 1n] } },
    'a BigInt in the field "a/b/1", which JSON does not have; `bigint: \'text\'` writes it as text',
  ],
  ['null', null, 'expected an object, got null'],
  ['a text', 'x', 'expected an object, got a string'],
  ['a number', 5, 'expected an object, got a number'],
  ['a list', [], 'expected an object, got an array'],
  ['bytes', Uint8Array.of(1), 'expected an object, got bytes'],
  ['a function', () => ({}), 'expected an object, got a function'],
  ['a value that contains itself', loop(), 'nested deeper than 1000 levels'],
  ['a level too many', { a: { b: new Date(0) } }, 'nested deeper than 1 levels', { maxDepth: 1 }],
];

function loop(): object {
  const item: Record<string, unknown> = { at: new Date(0) };
  item.item = item;
  return item;
}

describe.each(waysIn)('$name', ({ open, once }) => {
  it.each(rules)('converts as JSON.stringify does: %s', async (_, item, expected, options) => {
    const items = await itemsOf(open([{ n: 1 }, item], options));
    expect(items).toEqual([{ n: 1 }, expected]);
    expect(JSON.stringify(items[1])).toBe(JSON.stringify(expected));
  });

  // A Node stream cannot have null as an element, because null is its end.
  const streamed = refusals.filter(([, item]) => item !== null);
  it.each(streamed)('refuses, naming the item: %s', async (_, item, reason, options) => {
    const failure = await itemsOf(open([{ n: 1 }, item, { n: 3 }], options)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MalformedInputError);
    expect((failure as Error).message).toMatch(/: item 2: /);
    expect((failure as Error).message).toContain(reason);
    expect(await itemsOf(open([{ n: 1 }, item, { n: 3 }], { ...options, skipMalformed: true }))).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it.each(windows)('gives the window %j', async (window) => {
    expect(await itemsOf(open(numbers), window)).toEqual(slice(numbers, window));
  });

  it(once ? 'says so when it is read again' : 'is read again', async () => {
    const source = open(numbers);
    expect(await itemsOf(source)).toEqual(numbers);
    const again = itemsOf(source);
    if (once) await expect(again).rejects.toThrow('was read already, and can be read only once');
    else expect(await again).toEqual(numbers);
  });

  it('does not begin if the signal fired before', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(itemsOf(open(numbers), {}, signal)).rejects.toThrow('enough');
  });
});

it('null and undefined are refused', async () => {
  for (const value of [null, undefined]) {
    for (const { name, open } of waysIn.filter(({ name }) => name !== 'a readable')) {
      const failure = await itemsOf(open([value])).catch((error: unknown) => error);
      expect([name, (failure as Error).message]).toEqual([
        name,
        expect.stringMatching(`: item 1: expected an object, got ${value}$`),
      ]);
    }
  }
});

it('the objects from read() are not changed', async () => {
  const batch = [{ at: new Date(0) }, { n: 1n }, { n: 2 }];
  const source = checkedSource(
    { facts: noFacts, total: async () => 3, read: () => later([batch]) as AsyncIterable<object[]> },
    { bigint: 'text' },
  );
  for (let walk = 0; walk < 2; walk++)
    expect(await itemsOf(source)).toEqual([{ at: '1970-01-01T00:00:00.000Z' }, { n: '1' }, { n: 2 }]);
  expect(batch).toEqual([{ at: new Date(0) }, { n: 1n }, { n: 2 }]);
});
