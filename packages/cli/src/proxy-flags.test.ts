import { expect, it } from 'vitest';
import { bytesOf } from './proxy-flags.js';

it.each([
  ['10', 10],
  ['1.5KB', 1500],
  ['500MB', 500_000_000],
  ['2g', 2_000_000_000],
  ['256MiB', 256 * 1024 * 1024],
  ['1 TiB', 1024 ** 4],
  ['2Gi', undefined],
  ['5x', undefined],
  ['-1', undefined],
])('a size in bytes: %s', (given, bytes) => {
  expect(bytesOf(given)).toBe(bytes);
});
