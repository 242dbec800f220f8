import { expect, it } from 'vitest';
import type { BytesAt } from './bytes.js';
import { lineCounter, lineInSource } from './line-counter.js';

const MIB = 2 ** 20;

/** Bytes that have a line feed at the start of each MiB, and note what is read. */
function watched(): BytesAt & { readonly reads: [from: number, to: number][] } {
  const reads: [number, number][] = [];
  return {
    name: 'items.jsonl',
    reads,
    chunks: async function* ({ start = 0, size = 0 }) {
      reads.push([start / MIB, (start + size) / MIB]);
      for (let at = start; at < start + size; ) {
        const end = Math.min(start + size, at + MIB - (at % MIB));
        const chunk = Buffer.alloc(end - at, ' ');
        if (at % MIB === 0) chunk[0] = 0x0a;
        yield chunk;
        at = end;
      }
    },
    open: () => Promise.reject(new Error('not opened')),
  };
}

it('a file is read from the nearest place whose line is known', async () => {
  const bytes = watched();
  const { before } = lineCounter(bytes);
  const found: number[] = [];
  for (const at of [40, 40, 45, 39, 33, 31, 0, 0.5, 46]) found.push(await before(at * MIB));
  expect(found).toEqual([40, 40, 45, 39, 33, 31, 0, 1, 46]);
  expect(bytes.reads).toEqual([
    [0, 40],
    [40, 45],
    [32, 39],
    [32, 33],
    [16, 31],
    [0, 0.5],
    [45, 46],
  ]);
});

it('a line of a part is found by the parts of its source before it', () => {
  const part = (from: number, lineFeeds: number, source = 'a') => ({ source, from, to: from + 10, lineFeeds });
  const read = [part(0, 3), part(10, 4), part(20, 5), part(0, 100, 'b')];
  const lineAt = (byte: number, source = 'a'): number => lineInSource({ source, line: 1, byte }, read);
  expect([0, 9, 10, 19, 20, 35].map((byte) => lineAt(byte))).toEqual([1, 1, 4, 4, 8, 13]);
  expect([lineAt(9, 'b'), lineAt(12, 'b'), lineAt(12, 'c')]).toEqual([1, 101, 1]);
});
