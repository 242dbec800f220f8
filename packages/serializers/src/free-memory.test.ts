import { expect, it, test } from 'vitest';
import { closedPort, freeMemory } from './free-memory.js';

it.each([
  ['memory', (bytes: Uint8Array<ArrayBuffer>) => freeMemory([bytes])],
  ['what a closed port gets', ({ buffer }: Uint8Array<ArrayBuffer>) => closedPort().postMessage(undefined, [buffer])],
])('%s is freed at once, and the bytes are gone', (_, free) => {
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 100; count++) {
    const bytes = new Uint8Array(1024 * 1024);
    free(bytes);
    expect(bytes.length).toBe(0);
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
});

test.each<[string, Uint8Array, number]>([
  ['a large chunk has no bytes any more', new Uint8Array(65_536), 0],
  ['nor has a part of very large memory', new Uint8Array(new ArrayBuffer(200_000), 8, 100), 0],
  ['a small chunk is left alone', new Uint8Array(100), 100],
  [
    'a part of other memory, which may be the pool of Buffer, is left alone',
    new Uint8Array(new ArrayBuffer(65_536), 8, 40_000),
    40_000,
  ],
  ['shared memory is left alone', new Uint8Array(new SharedArrayBuffer(65_536)), 65_536],
  ['the pool of Buffer is left alone', Buffer.from('a short text'), 12],
])('%s', (_, chunk, length) => {
  freeMemory([chunk]);
  expect(chunk).toHaveLength(length);
});

it('chunks may be in the same memory', () => {
  const memory = new ArrayBuffer(200_000);
  const chunks = [new Uint8Array(memory, 0, 10), new Uint8Array(memory, 10)];
  freeMemory(chunks);
  expect(chunks.map(({ length }) => length)).toEqual([0, 0]);
});
