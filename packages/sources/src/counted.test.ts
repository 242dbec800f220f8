import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { countedOnce } from './counted.js';
import type { RawBatch } from './raw-batch.js';

/** Batches with these numbers of items, and a count of how often they were opened. */
function stored(...counts: number[]) {
  const opened = { times: 0 };
  const open = async function* (): AsyncGenerator<RawBatch> {
    opened.times++;
    for (const count of counts) {
      if (Number.isNaN(count)) throw new Error('torn');
      yield { source: 'x', count: () => count, parse: () => [], lineOf: () => 1 };
    }
  };
  return { open, opened };
}

describe('countedOnce', () => {
  it('counts once for each version, also when asked at the same time', async () => {
    const { open, opened } = stored(3, 4);
    const [version, next] = [randomUUID(), randomUUID()];
    expect(await Promise.all([countedOnce(version, open), countedOnce(version, open)])).toEqual([7, 7]);
    expect(await countedOnce(version, open)).toBe(7);
    expect(opened.times).toBe(1);
    expect(await countedOnce(next, open)).toBe(7);
    expect(opened.times).toBe(2);
  });

  it('does not remember a failure', async () => {
    const broken = stored(3, Number.NaN);
    const version = randomUUID();
    await expect(countedOnce(version, broken.open)).rejects.toThrow('torn');
    expect(await countedOnce(version, stored(5).open)).toBe(5);
  });

  it('forgets the least recently used count, beyond a thousand', async () => {
    const first = stored(1);
    const second = stored(2);
    const at = randomUUID();
    await countedOnce(`${at} first`, first.open);
    await countedOnce(`${at} second`, second.open);
    for (let n = 0; n < 998; n++) await countedOnce(`${at} ${n}`, stored(n).open);
    await countedOnce(`${at} first`, first.open);
    await countedOnce(`${at} one more`, stored(1).open);
    await countedOnce(`${at} first`, first.open);
    await countedOnce(`${at} second`, second.open);
    expect([first.opened.times, second.opened.times]).toEqual([1, 2]);
  });
});
