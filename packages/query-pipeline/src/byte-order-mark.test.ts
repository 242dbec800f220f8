import { expect, it } from 'vitest';
import { withoutMark } from './byte-order-mark.js';

it.each([
  ['', ''],
  ['\ufeff', ''],
  ['\ufeff{}', '{}'],
  ['{}', '{}'],
  ['\ufeff\ufeff{}', '\ufeff{}'],
  ['{"a":"\ufeff"}', '{"a":"\ufeff"}'],
])('%j without its mark is %j', (text, expected) => {
  expect(withoutMark(text)).toBe(expected);
});
