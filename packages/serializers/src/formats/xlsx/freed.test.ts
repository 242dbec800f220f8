import { expect, it } from 'vitest';
import { closedPort, freeMemory } from './freed.js';

it.each([
  ['memory', freeMemory],
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

it('the pool of Buffer is left alone', () => {
  const bytes = Buffer.from('a short text');
  expect(bytes.buffer.byteLength).toBeGreaterThan(bytes.length);
  freeMemory(bytes);
  expect(bytes.toString()).toBe('a short text');
});
