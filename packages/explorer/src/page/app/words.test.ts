import { expect, it } from 'vitest';
import { agoText, bytesText, quantity } from './words.js';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [65_536, '66 kB'],
  [999_499, '999 kB'],
  [999_999, '1.0 MB'],
  [1.5e9, '1.5 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it.each([
  ['2026-01-01T00:00:00Z', 'just now'],
  ['2025-12-31T23:59:20Z', '40 s ago'],
  ['2025-12-31T23:01:00Z', '59 min ago'],
  ['2025-12-31T10:00:00Z', '14 h ago'],
  ['2025-12-01T10:00:00Z', '2025-12-01'],
  ['never', ''],
  ['1970-01-01T00:00:00.000Z', ''],
])('%s is %s', (date, text) => {
  expect(agoText(date, Date.parse('2026-01-01T00:00:00Z'))).toBe(text);
});

it('one is not many', () => {
  expect([quantity(1, 'item'), quantity(2000, 'item')]).toEqual(['1 item', '2,000 items']);
});
