import { describe, expect, it } from 'vitest';
import { checkedSource } from './checked.js';
import type { Source } from './source.js';
import { itemsOf, noFacts, slice, windows } from './testing/scratch.js';
import { type Window, type WindowPart, wholeWindow, windowParts } from './window.js';

const numbers = Array.from({ length: 20 }, (_, n) => ({ n }));

describe('A source that applies a part of a window', () => {
  const subsets = Array.from({ length: 8 }, (_, bits) => windowParts.filter((_, bit) => (bits & (1 << bit)) !== 0));
  for (const applies of subsets) {
    it.each(windows)(`${applies.join(' and ') || 'nothing'}: %j`, async (window) => {
      const asked: Window[] = [];
      const source: Source = {
        facts: noFacts,
        applies,
        total: async () => numbers.length,
        async *read(window = wholeWindow) {
          asked.push(window);
          yield slice(numbers, partOf(window, applies));
        },
      };
      expect(await itemsOf(checkedSource(source), window)).toEqual(slice(numbers, window));
      // Only declared parts of the window are requested.
      expect(asked).toEqual([
        {
          ...asked[0],
          ...partOf(
            wholeWindow,
            windowParts.filter((part) => !applies.includes(part)),
          ),
        },
      ]);
    });
  }

  /** A window with these parts only. */
  function partOf(window: Window, parts: readonly WindowPart[]): Partial<Window> {
    return Object.fromEntries(parts.map((part) => [part, window[part]]));
  }

  it('the limit is applied even if the source declares it and gives more', async () => {
    const source: Source = { facts: noFacts, applies: windowParts, total: async () => 20, read: () => batches([numbers]) };
    expect(await itemsOf(checkedSource(source), { limit: 1 })).toEqual([{ n: 0 }]);
  });

  it('read() that gives single items is refused', async () => {
    const source = { facts: noFacts, total: async () => 20, read: () => batches(numbers) } as unknown as Source;
    await expect(itemsOf(checkedSource(source))).rejects.toThrow('item 1: read() gave an object, expected an array of items');
  });
});

async function* batches<T>(given: readonly T[]): AsyncGenerator<T> {
  yield* given;
}
