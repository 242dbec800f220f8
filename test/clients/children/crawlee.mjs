import { Configuration, Dataset } from '@crawlee/core';

/** Writes, or reads, the datasets of a storage directory as a crawler does (CRAWLEE_STORAGE_DIR). */
const [act] = process.argv.slice(2);
Configuration.getGlobalConfig().set('purgeOnStart', false);
const products = await Dataset.open('products');
if (act === 'write') {
  await products.pushData(Array.from({ length: 12 }, (_, id) => ({ id, name: `Kůň ${id}`, price: { amount: id / 2 } })));
  await products.pushData({ id: 12, '#debug': true });
  await (await Dataset.open()).pushData([{ url: 'https://example.com' }]);
} else {
  const { items, total } = await products.getData();
  process.stdout.write(JSON.stringify({ items, total }));
}
