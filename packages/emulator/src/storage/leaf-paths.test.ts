import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { emulated } from '../testing/emulated.js';
import { addFields, countItem, emptyTally, keepFields, leafPaths, takeFields } from './tally.js';

const rows: readonly (readonly [items: readonly Item[], paths: readonly string[]])[] = [
  [[{ a: 1, b: 'x' }], ['a', 'b']],
  [[{ price: { amount: 1, unit: 'CZK' } }], ['price/amount', 'price/unit']],
  [[{ reviews: [{ rating: 1 }, { rating: 2, by: null }] }], ['reviews/0/rating', 'reviews/1/rating', 'reviews/1/by']],
  [[{ a: {}, b: [], c: null }], ['a', 'b', 'c']],
  [[{ a: null }, { a: { b: 1 } }], ['a/b']],
  [[{ a: { b: 1 } }, { a: null }], ['a/b']],
  [
    [{ a: 1 }, { a: { b: 1 } }],
    ['a', 'a/b'],
  ],
  [
    [{ a: { b: 1 } }, { a: 1 }],
    ['a/b', 'a'],
  ],
];

describe('the paths of values', () => {
  it.each(rows)('of %j are %j', (items, paths) => {
    const whole = emptyTally();
    // Counted one by one, stored and joined, as pushes are.
    const joined = new Map();
    for (const item of items) {
      countItem(whole, item, JSON.stringify(item));
      const one = emptyTally();
      countItem(one, item, JSON.stringify(item));
      addFields(joined, takeFields(JSON.parse(JSON.stringify(keepFields(one.fields)))));
    }
    expect(leafPaths(whole.fields)).toEqual(paths);
    expect(new Set(leafPaths(joined))).toEqual(new Set(paths));
  });

  it('are at most 100 of a field', () => {
    const tally = emptyTally();
    const wide = { a: Array.from({ length: 1000 }, (_, index) => index), b: 1 };
    countItem(tally, wide, JSON.stringify(wide));
    expect(leafPaths(tally.fields)).toHaveLength(101);
  });

  it('are the fields of a dataset', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=a');
    await ask('POST /v2/datasets/a/items', [{ price: { amount: 1 } }, { name: 'x' }]);
    expect((await ask('GET /v2/datasets/a')).body.data.fields).toEqual(['price/amount', 'name']);
  });
});
