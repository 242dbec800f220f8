import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ApifyClient } from 'apify-client';
import { createEmulator } from 'dataset-items/emulator';

/** The integration under test: the total price of the items of a dataset. */
async function totalPrice(client, name) {
  let total = 0;
  for await (const { price } of client.dataset(name).listItems({ clean: true, fields: ['price'], chunkSize: 2 })) total += price;
  return total;
}

let emulator;
let url;
let client;

before(async () => {
  emulator = await createEmulator();
  ({ url } = await emulator.listen({ port: 0 }));
  client = new ApifyClient({ baseUrl: url, token: 'any', minDelayBetweenRetriesMillis: 1 });
});

after(() => emulator.close());

const control = (path) => fetch(`${url}/_emulator/${path}`, { method: 'POST' });

beforeEach(async () => {
  await control('reset');
  const { id } = await client.datasets().getOrCreate('furniture');
  await client.dataset(id).pushItems([{ price: 10 }, { price: 7 }, { price: 3 }]);
});

test('adds up the prices of all pages', async () => {
  assert.equal(await totalPrice(client, 'furniture'), 20);
});

test('retries after a 429', async () => {
  await control('fail-next?status=429&count=2&path=/items');
  assert.equal(await totalPrice(client, 'furniture'), 20);
});

test('retries when the connection breaks during a response', async () => {
  await control('fail-next?afterBytes=5&path=/items');
  assert.equal(await totalPrice(client, 'furniture'), 20);
});

test('fails for a missing dataset', async () => {
  await assert.rejects(totalPrice(client, 'none'), { type: 'record-not-found' });
});
