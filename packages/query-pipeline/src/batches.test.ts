import { expect, it } from 'vitest';
import { toBatches } from './batches.js';
import type { Item } from './item.js';

const rows: { what: string; items: Item[]; sizes: number[] }[] = [
  { what: 'none', items: [], sizes: [] },
  { what: 'one', items: [{ n: 0 }], sizes: [1] },
  { what: 'small items: the first alone, then as many as a batch takes', items: small(1025), sizes: [1, 512, 512] },
  { what: 'large items: fewer, at least sixteen', items: large(40), sizes: [1, 16, 16, 7] },
  { what: 'an item of fifteen values and itself', items: large(300, 15), sizes: [1, 256, 43] },
];

it.each(rows)('items in batches: $what', async ({ items, sizes }) => {
  for (const given of [items, asynchronous(items)]) {
    const batches: Item[][] = [];
    for await (const batch of toBatches(given)) batches.push(batch);
    expect(batches.map(({ length }) => length)).toEqual(sizes);
    expect(batches.flat()).toEqual(items);
  }
});

function small(count: number): Item[] {
  return Array.from({ length: count }, (_, n) => ({ n }));
}

function large(count: number, values = 1000): Item[] {
  return Array.from({ length: count }, (_, n) => Object.fromEntries(Array.from({ length: values }, (_, k) => [`k${k}`, n])));
}

async function* asynchronous(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
