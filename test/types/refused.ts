/** Code that must not compile. If a line compiles, the comment above it is unused, which is an error. */
import { defineInput, defineSource, exportItems, itemsHandler, itemsSource, type Source, textSource } from 'dataset-items';

declare const products: { id: number }[];

export async function refused(): Promise<void> {
  // @ts-expect-error: text is not items
  await exportItems('items.jsonl');
  // @ts-expect-error: numbers are not items
  await exportItems([1, 2, 3]);
  // @ts-expect-error: null is not an item
  await exportItems([null]);
  // @ts-expect-error: a promise of items
  await exportItems(Promise.resolve(products));
  // @ts-expect-error: a single item
  await exportItems({ id: 1 });
  // @ts-expect-error: a stream of text
  await exportItems(new ReadableStream<string>());
  // @ts-expect-error: a parameter that does not exist
  await exportItems(products, { feilds: ['id'] });
  // @ts-expect-error: a format that does not exist
  await exportItems(products, { format: 'pdf' });
  // @ts-expect-error: a limit that is not a number
  await exportItems(products, { limit: true });
  // @ts-expect-error: an option that does not exist
  await exportItems(products, '', { bigInt: 'text' });
  // @ts-expect-error: a BigInt as a number
  itemsSource(products, { bigint: 'number' });
  // @ts-expect-error: items are missing
  defineSource({ total: () => 5 });
  // @ts-expect-error: a part of a window that does not exist
  defineSource({ items: () => products, applies: ['order'] });
  // @ts-expect-error: a promise of a single item
  defineSource({ items: async () => ({ id: 1 }) });
  // @ts-expect-error: extensions are missing
  defineInput({ items: () => products });
  // @ts-expect-error: a parameter that the format does not have
  defineInput({ extensions: ['a'], items: (_, { upperCase }) => [{ upperCase }] });
  // @ts-expect-error: objects instead of their text
  textSource({ texts: () => products });
  // @ts-expect-error: no dataset
  itemsHandler(() => ({ items: products }));
  // @ts-expect-error: an option that does not exist
  itemsHandler(() => undefined, { maxItem: 5 });
  // @ts-expect-error: an option of a format that does not exist
  itemsHandler(() => undefined, { defaults: { save: true } });
}

export const source: Source = {
  facts: { id: 'p', name: 'products', modifiedAt: undefined },
  total: async () => 5,
  // @ts-expect-error: single items instead of batches
  async *read() {
    yield* products;
  },
};
