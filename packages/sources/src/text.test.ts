import { describe, expect, it } from 'vitest';
import { bothReadings, itemsOfJson } from './testing/json-items.js';
import { itemsOf, slice, windows } from './testing/scratch.js';
import { type ItemText, type TextSourceDefinition, textSource } from './text.js';
import { type Window, windowParts } from './window.js';

const numbers = Array.from({ length: 20 }, (_, n) => ({ n }));

async function* later(texts: readonly ItemText[]): AsyncGenerator<ItemText> {
  yield* texts;
}

const sourceOf = (texts: readonly unknown[], definition: Partial<TextSourceDefinition> = {}, skipMalformed = false) =>
  textSource({ texts: () => later(texts as ItemText[]), ...definition }, { skipMalformed });

describe('textSource', () => {
  it.each(windows)('gives the window %j', async (window) => {
    const source = sourceOf(numbers.map((item) => JSON.stringify(item)));
    expect(await itemsOf(source, window)).toEqual(slice(numbers, window));
    expect(await itemsOfJson(source, window)).toEqual(window.desc ? undefined : slice(numbers, window));
  });

  it.each(windows)('gives the window %j if the database applies it', async (window) => {
    const asked: Window[] = [];
    const texts = (window: Window): string[] => {
      asked.push(window);
      return slice(numbers, window).map((item) => JSON.stringify(item));
    };
    const source = textSource({ applies: windowParts, texts });
    expect(await itemsOf(source, window)).toEqual(slice(numbers, window));
    expect(await itemsOfJson(source, window)).toEqual(slice(numbers, window));
    expect(asked).toEqual([expect.objectContaining(window), expect.objectContaining(window)]);
  });

  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const taken: [string, ItemText[], unknown[]][] = [
    ['bytes', [bytes('{"a":"é"}'), bytes('{"b":1}')], [{ a: 'é' }, { b: 1 }]],
    ['a part of a buffer', [Buffer.from('xx{"a":1}').subarray(2)], [{ a: 1 }]],
    ['text and bytes', ['{"a":1}', bytes('{"b":1}')], [{ a: 1 }, { b: 1 }]],
    ['line ends between values', ['{\n"a":\r\n1}', bytes('{"b"\n:1}\n')], [{ a: 1 }, { b: 1 }]],
    ['line ends in strings, escaped', ['{"a":"\\n"}'], [{ a: '\n' }]],
    ['blanks around', ['  {"a":1}\t', '\r\n{"b":1}'], [{ a: 1 }, { b: 1 }]],
    [
      'long texts',
      Array.from({ length: 5 }, () => JSON.stringify({ a: 'x'.repeat(50_000) })),
      Array(5).fill({ a: 'x'.repeat(50_000) }),
    ],
  ];
  it.each(taken)('accepts %s', async (_, texts, expected) => {
    const { objects, json } = await bothReadings(sourceOf(texts));
    expect(objects).toEqual({ items: expected, skipped: { count: 0, first: [] } });
    expect(json).toEqual(objects);
  });

  const refused: [string, unknown, string][] = [
    ['no JSON', '{"a":', 'not valid JSON'],
    ['nothing', '', 'not valid JSON'],
    ['blanks', ' \n ', 'not valid JSON'],
    ['two items', '{"a":1}\n{"b":1}', 'not valid JSON'],
    ['a line end in a string', '{"a":"\n"}', 'not valid JSON'],
    ['another value', '[1]', 'expected a JSON object, got an array'],
    ['another value on lines', '[\n1\n]', 'expected a JSON object, got an array'],
    [
      'bytes that are not UTF-8',
      Buffer.from([0x7b, 0xff, 0x0a, 0x7d]),
      'invalid UTF-8; for a file in another encoding, `encoding` names it',
    ],
    ['too many levels', `${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}`, 'nested deeper than 1000 levels'],
  ];
  it.each(refused)('refuses, naming the item: %s', async (_, text, reason) => {
    const texts = ['{"n":1}', text, '{"n":3}'];
    const { objects, json } = await bothReadings(sourceOf(texts));
    expect(objects?.items).toBe(`items: item 2: ${reason}`);
    expect(json).toEqual({ ...objects, skipped: { count: 0, first: [] } });
    const skipping = await bothReadings(sourceOf(texts, {}, true));
    expect(skipping.objects?.items).toEqual([{ n: 1 }, { n: 3 }]);
    expect(skipping.objects?.skipped).toMatchObject({ count: 1, first: [{ item: 2, line: 2, byte: 0, reason }] });
    expect(skipping.json).toEqual(skipping.objects);
  });

  it.each([
    [{ a: 1 }, 'an object'],
    [5, 'a number'],
    [null, 'null'],
  ])('refuses what is no text: %j', async (value, kind) => {
    const { objects, json } = await bothReadings(sourceOf(['{"n":1}', value]));
    expect(objects?.items).toBe(`items: item 2: expected JSON text, got ${kind}`);
    expect(json?.items).toBe(objects?.items);
  });
});
