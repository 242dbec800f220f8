import { expect, it } from 'vitest';
import { countLineFeeds, jsonParser } from './spans.js';

it.each([
  ['a\nb\n', undefined, 2],
  ['a\nb', 1, 0],
  ['a\nb', 2, 1],
  ['\n\n\n', 2, 2],
  ['', undefined, 0],
] as const)('line feeds of %j up to byte %s: %i', (text, end, count) => {
  expect(countLineFeeds(Buffer.from(text), end)).toBe(count);
});

it.each([
  ['brackets in a text', '{"a":"[[[[[[[["}'],
  ['brackets behind a quote', '{"a":"\\"[[[[[[[["}'],
  ['brackets behind a backslash', '{"a":"\\\\","b":"{{{{{{{{"}'],
  ['brackets in a name', '{"{{{{{{{{":["]]]]]]]]"]}'],
  ['an empty text', '{"":"","b":"{{{{{{{{"}'],
])('are no levels: %s', (_, text) => {
  const bytes = Buffer.from(text);
  expect(jsonParser(2)(bytes, 0, bytes.length, 0, true)).toEqual(JSON.parse(text));
});

it('levels are counted, those of arrays too', () => {
  const bytes = Buffer.from('{"a":"]]]","b":[[1]]}');
  expect(() => jsonParser(2)(bytes, 0, bytes.length, 0, true)).toThrow('nested deeper than 2 levels');
  expect(jsonParser(3)(bytes, 0, bytes.length, 0, true)).toEqual({ a: ']]]', b: [[1]] });
});
