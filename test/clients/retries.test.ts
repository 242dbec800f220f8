import type { ApifyClient } from 'apify-client';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emulate, products, versions } from './emulated.js';

const { url, emulator } = await emulate();

beforeAll(async () => {
  await (await emulator.datasets.create({ name: 'products' })).push(products);
});
beforeEach(async () => {
  await fetch(`${url}/_emulator/fail-next`, { method: 'DELETE' });
});

async function failNext(failure: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(`${url}/_emulator/fail-next`, { method: 'POST', body: JSON.stringify(failure) });
  expect(response.status).toBe(201);
}

interface Row {
  readonly name: string;
  readonly failure: Readonly<Record<string, unknown>>;
  /** Number of requests that the client sends. */
  readonly requests: number;
}

const overcome: readonly Row[] = [
  { name: 'a 500', failure: { status: 500 }, requests: 2 },
  { name: 'a 503, three times', failure: { status: 503, count: 3 }, requests: 4 },
  { name: 'a 429', failure: { status: 429, count: 2 }, requests: 3 },
  { name: 'a 502, eight times', failure: { status: 502, count: 8 }, requests: 9 },
  { name: 'a connection broken before the headers', failure: { afterBytes: 0, count: 2 }, requests: 3 },
  { name: 'a connection broken amid the body', failure: { afterBytes: 40, count: 2 }, requests: 3 },
];

/** A call, and its final result. */
const calls: readonly [name: string, call: (client: ApifyClient) => Promise<unknown>, given: unknown][] = [
  ['listItems', async (client) => (await client.dataset('products').listItems()).items, products],
  ['get', async (client) => (await client.dataset('products').get())?.itemCount, products.length],
  [
    'downloadItems',
    async (client) => `${await client.dataset('products').downloadItems('jsonl' as never)}`.split('\n').length,
    6,
  ],
];

describe.each(versions)('apify-client $version tries again', ({ connect }) => {
  describe.each(overcome)('after $name', ({ failure, requests }) => {
    it.each(calls)('%s', async (_, call, given) => {
      await failNext({ ...failure, path: '/v2/datasets' });
      const client = connect(url);
      expect(await call(client)).toEqual(given);
      expect(client.stats.requests).toBe(requests);
    });
  });

  it('pushItems: refused twice, stored once', async () => {
    const { id } = await connect(url).datasets().getOrCreate();
    await failNext({ status: 500, count: 2, methods: 'POST', path: id });
    await connect(url).dataset(id).pushItems({ a: 1 });
    expect((await connect(url).dataset(id).listItems()).items).toEqual([{ a: 1 }]);
  });

  it('fails after nine attempts, with the error of the server', async () => {
    await failNext({ status: 500, count: 9, type: 'internal-server-error', message: 'as told', path: '/v2/datasets' });
    const error = await connect(url)
      .dataset('products')
      .listItems()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ statusCode: 500, type: 'internal-server-error', attempt: 9, message: 'as told' });
  });

  it.each([400, 403, 404])('not after a %d', async (status) => {
    await failNext({ status, path: '/v2/datasets' });
    const client = connect(url);
    await expect(client.dataset('products').listItems()).rejects.toMatchObject({ statusCode: status, attempt: 1 });
    expect(client.stats.requests).toBe(1);
  });

  it('each attempt is in the list of requests', async () => {
    await fetch(`${url}/_emulator/reset`, { method: 'POST' });
    await emulator.datasets.create({ name: 'seen' });
    await failNext({ status: 500, path: 'seen' });
    await connect(url).dataset('seen').listItems({ limit: 1 });
    const { requests } = (await (await fetch(`${url}/_emulator/requests`)).json()) as {
      requests: { target: string; status: number }[];
    };
    const seen = requests.map(({ target, status }) => {
      const { pathname, searchParams } = new URL(target, url);
      return [pathname, searchParams.get('limit'), status];
    });
    expect(seen).toEqual([
      ['/v2/datasets/seen/items', '1', 500],
      ['/v2/datasets/seen/items', '1', 200],
    ]);
    await (await emulator.datasets.create({ name: 'products' })).push(products);
  });
});
