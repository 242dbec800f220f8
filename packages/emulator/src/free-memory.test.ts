import { expect, test } from 'vitest';
import { freeChunks } from './free-memory.js';

test.each<[string, Uint8Array, number]>([
  ['a large chunk has no bytes any more', new Uint8Array(65_536), 0],
  ['a small chunk is left alone', new Uint8Array(100), 100],
  ['a part of other memory is left alone', new Uint8Array(new ArrayBuffer(65_536), 8, 40_000), 40_000],
  ['shared memory is left alone', new Uint8Array(new SharedArrayBuffer(65_536)), 65_536],
])('%s', (_, chunk, length) => {
  freeChunks([chunk]);
  expect(chunk).toHaveLength(length);
});
