import type { Item } from '@dataset-items/query-pipeline';

/** Items of a shop, and a schema with a view of their prices. */
export const shop: Item[] = Array.from({ length: 30 }, (_, at) => ({
  title: `Table ${at}`,
  seller: { name: at % 2 === 0 ? 'Ann' : 'Ben' },
  offers: [{ price: at }, { price: at + 100 }],
  sold: at % 3 === 0,
  at: '2026-11-28T14:05:09Z',
  page: `https://shop.test/tables/${at}`,
  ...(at > 0 && { note: 'x' }),
}));

export const schema = {
  actorSpecification: 1,
  views: {
    prices: {
      title: 'Prices',
      transformation: { unwind: ['offers'], fields: ['title', 'price'] },
      display: {
        component: 'table',
        properties: { title: { label: 'Product', format: 'text' }, price: { label: 'Price', format: 'number' } },
      },
    },
  },
};
