import { expect, it } from 'vitest';
import { freeMemory } from './freed.js';

it('memory is freed at once, and the bytes are gone', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 100; count++) {
    const bytes = new Uint8Array(1024 * 1024);
    freeMemory(bytes);
    expect(bytes.length).toBe(0);
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
});
