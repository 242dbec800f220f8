import type { DatasetClientListItemOptions } from 'apify-client';
import type { Item } from 'dataset-items';
import { beforeAll, describe, expect, it } from 'vitest';
import { emulate, products, schema, versions } from './emulated.js';

const { url, emulator } = await emulate();
const id = 'listed';

beforeAll(async () => {
  const dataset = await emulator.datasets.create({ name: id, schema });
  await dataset.push(products);
});

interface Row {
  readonly name: string;
  readonly options: DatasetClientListItemOptions;
  readonly items: readonly Item[];
  readonly page?: Readonly<{ offset?: number; limit?: number; desc?: boolean }>;
}

const [first, second, hidden, fourth, , sixth] = products as [Item, Item, Item, Item, Item, Item];
const without = ({ '#debug': _, ...shown }: Item): Item => shown;
const noLimit = 999_999_999_999;

const rows: readonly Row[] = [
  { name: 'no parameters', options: {}, items: products },
  { name: 'limit and offset', options: { limit: 2, offset: 1 }, items: [second, hidden], page: { offset: 1, limit: 2 } },
  { name: 'a limit of 0 is none', options: { limit: 0 }, items: products },
  { name: 'past the end', options: { offset: 100 }, items: [], page: { offset: 100 } },
  { name: 'desc', options: { desc: true, limit: 1 }, items: [sixth], page: { limit: 1, desc: true } },
  { name: 'desc: false', options: { desc: false, limit: 1 }, items: [first], page: { limit: 1 } },
  { name: 'clean', options: { clean: true }, items: [without(first), second, fourth, sixth] },
  { name: 'skipHidden', options: { skipHidden: true, limit: 3 }, items: [without(first), second, {}], page: { limit: 3 } },
  { name: 'skipEmpty', options: { skipEmpty: true }, items: [first, second, hidden, fourth, sixth] },
  {
    name: 'fields, in the requested order',
    options: { fields: ['name', 'id'], limit: 1 },
    items: [{ name: 'Oak "table"', id: 1 }],
    page: { limit: 1 },
  },
  {
    name: 'omit',
    options: { omit: ['reviews', 'name', '#debug'], limit: 1 },
    items: [{ id: 1, price: first.price ?? null }],
    page: { limit: 1 },
  },
  {
    name: 'flatten, and a field that it makes',
    options: { flatten: ['price'], fields: ['id', 'price.amount'], limit: 2 },
    items: [
      { id: 1, 'price.amount': 10 },
      { id: 2, 'price.amount': 7.5 },
    ],
    page: { limit: 2 },
  },
  {
    name: 'unwind, as text',
    options: { unwind: 'reviews', fields: ['id', 'rating', 'by'], skipEmpty: true },
    items: [{ id: 1, rating: 5 }, { id: 1, rating: 3, by: 'é' }, { id: 2, rating: 4 }, { id: 6 }],
  },
  {
    name: 'unwind, as a list',
    options: { unwind: ['price', 'reviews'], omit: ['name', '#debug'], limit: 1 },
    items: [
      { id: 1, amount: 10, unit: 'CZK', rating: 5 },
      { id: 1, amount: 10, unit: 'CZK', rating: 3, by: 'é' },
    ],
    page: { limit: 1 },
  },
  {
    name: 'a view',
    options: { view: 'overview', offset: 1 },
    items: [{ id: 2, name: '日本, 椅子' }, {}],
    page: { offset: 1, limit: 2 },
  },
  {
    name: 'all at once',
    options: {
      clean: true,
      desc: true,
      flatten: ['price'],
      fields: ['id', 'price.amount', 'rating'],
      omit: ['id'],
      limit: 2,
      offset: 4,
      skipEmpty: false,
      skipHidden: true,
      unwind: ['reviews'],
      view: 'overview',
    },
    items: [
      { 'price.amount': 7.5, rating: 4 },
      { 'price.amount': 10, rating: 5 },
      { 'price.amount': 10, rating: 3 },
    ],
    page: { offset: 4, limit: 2, desc: true },
  },
];

describe.each(versions)('listItems with apify-client $version', ({ connect }) => {
  const dataset = connect(url).dataset(id);

  it.each(rows)('$name', async ({ options, items, page }) => {
    const list = await dataset.listItems(options);
    expect(list.items).toEqual(items);
    expect(list.items.map((item) => Object.keys(item))).toEqual(items.map((item) => Object.keys(item)));
    expect(list).toMatchObject({ total: products.length, offset: 0, limit: noLimit, desc: false, ...page });
  });
});
