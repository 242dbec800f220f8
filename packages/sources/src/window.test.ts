import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { faultLog, Malformed } from './malformed.js';
import type { RawBatch } from './raw-batch.js';
import { applyWindow, joinSources, type StoredSource, storedSource } from './source.js';
import { noFacts } from './testing/scratch.js';
import { toWindow } from './window.js';

/** Batches of three items: 0 1 2, 3 4 5, 6 7 8, and the requested ranges of each. */
function threeBatches() {
  const asked = { batches: 0, parsed: [] as number[], left: 0 };
  const raw = async function* (): AsyncGenerator<RawBatch> {
    try {
      for (let first = 0; first < 9; first += 3) {
        asked.batches++;
        const parse = (from: number, to: number): Item[] => {
          const numbers = [0, 1, 2].slice(from, to).map((index) => first + index);
          asked.parsed.push(...numbers);
          return numbers.map((n) => ({ n }));
        };
        yield { source: 'x', count: () => 3, parse, lineOf: () => 1 };
      }
    } finally {
      asked.left++;
    }
  };
  return { raw, asked };
}

const rows: readonly (readonly [offset: number, limit: number, items: readonly number[], batches: number])[] = [
  [0, 0, [0, 1, 2, 3, 4, 5, 6, 7, 8], 3],
  [0, 1, [0], 1],
  [0, 2, [0, 1], 1],
  [0, 3, [0, 1, 2], 1],
  [0, 4, [0, 1, 2, 3], 2],
  [0, 9, [0, 1, 2, 3, 4, 5, 6, 7, 8], 3],
  [0, 99, [0, 1, 2, 3, 4, 5, 6, 7, 8], 3],
  [1, 0, [1, 2, 3, 4, 5, 6, 7, 8], 3],
  [2, 1, [2], 1],
  [2, 2, [2, 3], 2],
  [3, 1, [3], 2],
  [4, 0, [4, 5, 6, 7, 8], 3],
  [5, 3, [5, 6, 7], 3],
  [6, 1, [6], 3],
  [8, 1, [8], 3],
  [8, 5, [8], 3],
  [9, 1, [], 3],
  [99, 0, [], 3],
];

describe('a window', () => {
  it.each(rows)(
    'offset %i, limit %i: parses %j and nothing else, reads %i of 3 batches, and leaves the source',
    async (offset, limit, items, batches) => {
      const { raw, asked } = threeBatches();
      const read: unknown[] = [];
      for await (const batch of applyWindow(raw(), toWindow({ offset, limit }))) {
        expect(batch.length).toBeGreaterThan(0);
        read.push(...batch);
      }
      expect(read).toEqual(items.map((n) => ({ n })));
      expect(asked).toEqual({ batches, parsed: items, left: 1 });
    },
  );

  it('of joined sources does not open those after its last item', async () => {
    const opened: string[] = [];
    const sourceOf = (name: string): StoredSource =>
      storedSource({ ...noFacts, name }, () => {
        opened.push(name);
        return threeBatches().raw();
      });
    const joined = joinSources(noFacts, ['a', 'b', 'c'].map(sourceOf));
    const read: unknown[] = [];
    for await (const batch of joined.read(toWindow({ offset: 8, limit: 2 }))) read.push(...batch);
    expect(read).toEqual([{ n: 8 }, { n: 0 }]);
    expect(opened).toEqual(['a', 'b']);
  });
});

describe('the log of skipped items', () => {
  it('counts all, and keeps the first five with their places', async () => {
    const log = faultLog();
    const located: number[] = [];
    for (let line = 1; line <= 7; line++) {
      await log.note(() => {
        located.push(line);
        return { source: 'x', line, byte: 0, reason: 'no' };
      });
      expect(log.skipped.count).toBe(line);
    }
    expect(log.skipped.first.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(located).toEqual([1, 2, 3, 4, 5]);
  });

  it('restarts with each walk', async () => {
    const source = storedSource(noFacts, async function* (_desc, _signal, faults) {
      const parse: RawBatch['parse'] = (_from, _to, skip) => {
        skip?.(new Malformed(3, 'no'));
        skip?.(new Malformed(4, 'no'));
        return [];
      };
      yield { source: 'x', faults, count: () => 2, parse, lineOf: (byte) => byte };
    });
    for (let walk = 0; walk < 2; walk++) {
      for await (const _ of source.read()) expect.unreachable();
      expect(source.skipped()).toEqual({
        count: 2,
        first: [
          { source: 'x', line: 3, byte: 3, reason: 'no' },
          { source: 'x', line: 4, byte: 4, reason: 'no' },
        ],
      });
    }
  });
});
