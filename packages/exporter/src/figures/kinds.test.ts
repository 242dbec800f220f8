import type { Scalar } from '@dataset-items/query-pipeline';
import { expect, it } from 'vitest';
import { type CellKind, kindOf, timeOf } from './kinds.js';

it.each<[value: Scalar, kind: CellKind]>([
  [null, 'null'],
  [true, 'boolean'],
  [0, 'number'],
  ['', 'empty'],
  [' ', 'text'],
  ['1', 'text'],
  ['true', 'text'],
  ['2026-11-28', 'date'],
  ['2026-11-28T14:05', 'date'],
  ['2026-11-28 14:05:09.123456Z', 'date'],
  ['2026-11-28T14:05:09+0530', 'date'],
  ['2024-02-29', 'date'],
  ['2023-02-29', 'text'],
  ['2026-13-01', 'text'],
  ['2026-00-01', 'text'],
  ['2026-11-28T24:00', 'text'],
  ['2026-11-28T', 'text'],
  ['2026-11-28 and more', 'text'],
  ['20261128', 'text'],
  ['http://a.test', 'link'],
  ['HTTPS://a.test/b?c=d.png', 'link'],
  ['https://a.test/b.PNG?c', 'image'],
  ['https://a.test/b.jpeg', 'image'],
  ['https://', 'text'],
  ['https://a.test/b c', 'text'],
  ['ftp://a.test/b.png', 'text'],
  ['javascript:alert(1)', 'text'],
  [`https://a.test/${'b'.repeat(9000)}`, 'text'],
])('%j: %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

it.each([
  ['1970-01-01', 0],
  ['1970-01-02T00:00:01', 86_401_000],
  ['1970-01-01T01:00:00.0019+01:00', 1],
  ['1970-01-01T00:00-00:30', 1_800_000],
  ['0001-01-01', Date.parse('0001-01-01T00:00:00Z')],
  ['2026-11-28T14:05:09.123456789Z', Date.parse('2026-11-28T14:05:09.123Z')],
])('%s is %i ms after 1970', (text, time) => {
  expect(timeOf(text)).toBe(time);
});
