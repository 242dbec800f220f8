import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchPrices } from './prices.mjs';

// dataset-items exec --config emulator.json --run-sync-timeout 8 -- node --test

test('a run that succeeds', async () => {
  assert.deepEqual(await fetchPrices('CZK'), ['Oak table: 10 CZK', 'Ash chair: 7 CZK']);
});

test('a run that finds nothing', async () => {
  assert.deepEqual(await fetchPrices('CZK', 'empty'), []);
});

test('a run that fails', async () => {
  await assert.rejects(
    fetchPrices('CZK', 'broken'),
    /^Error: no prices: Actor run did not succeed \(run ID: \w{17}, status: FAILED\)$/,
  );
});

test('a run that takes too long', async () => {
  assert.equal(await fetchPrices('CZK', 'slow'), undefined);
});
