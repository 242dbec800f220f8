import { createServer } from 'node:http';
import { itemsHandler, itemsSource, toNodeHandler } from 'dataset-items';

/** Serves the items endpoint over datasets in memory; the port is PORT or 4040. */
const datasets = new Map([
  ['furniture', [{ name: 'Oak table', reviews: [{ rating: 5 }, { rating: 3 }] }, { name: 'Ash chair' }]],
  ['empty', []],
]);

const handler = itemsHandler((request) => {
  const id = new URL(request.url).pathname.match(/^\/v2\/datasets\/([^/]+)\/items$/)?.[1];
  const items = datasets.get(id);
  return items && { source: itemsSource(items, { facts: { id, name: id } }), version: String(items.length) };
});

const server = createServer(toNodeHandler(handler)).listen(Number(process.env.PORT ?? 4040), '127.0.0.1', () => {
  console.log(`curl 'http://127.0.0.1:${server.address().port}/v2/datasets/furniture/items?unwind=reviews&format=csv'`);
});
