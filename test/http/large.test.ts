import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ItemsOptions } from '@dataset-items/http';
import { itemsHandler } from '@dataset-items/http';
import { datasetOfItems, type OpenDataset } from '@dataset-items/parts';
import { itemsSource, type Source } from '@dataset-items/sources';
import { afterAll, expect, it } from 'vitest';
import { queueInProcess } from './queue-in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'large-'));
afterAll(() => rmSync(folder, { recursive: true }));

const items = Array.from({ length: 40 }, (_, n) => ({ n, [`k${n % 3}`]: `<${n}>` }));
const sourceOf = (name: string): Source => itemsSource(items, { facts: { id: name, name, modifiedAt: new Date(0) } });
const open: OpenDataset = (name) => datasetOfItems(() => sourceOf(name));
let queues = 0;

function serving(
  { version = '1', ...options }: ItemsOptions & { readonly version?: string | undefined } = {},
  begin?: () => Promise<void>,
) {
  const queue = queueInProcess(join(folder, String(queues++)), open, begin);
  const large = { queue, overItems: 10 };
  const handler = itemsHandler(() => ({ source: sourceOf('shop'), ...(version !== '' && { version }) }), { large, ...options });
  const ask = (query: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Response> =>
    handler(new Request(`http://localhost/items${query}`, { headers, method }));
  return { queue, ask };
}

const plain = itemsHandler(() => ({ source: sourceOf('shop'), version: '1' }));

it.each(['?format=csv', '?format=json&limit=11&offset=3', '?format=rss', '?format=xlsx&attachment=1', '?format=html&desc=1'])(
  'a large export is made by the queue, with the response of one process: %s',
  async (query) => {
    const { queue, ask } = serving();
    const response = await ask(query);
    const expected = await plain(new Request(`http://localhost/items${query}`));
    expect([...queue.asked.values()]).toEqual(['shop']);
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([200, Object.fromEntries(expected.headers)]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(await expected.arrayBuffer()));
    await (await ask(query)).arrayBuffer();
    expect(queue.asked.size).toBe(1);
  },
);

it.each([
  ['few items', '?limit=10', {}],
  ['an offset that leaves few', '?offset=30', {}],
  ['an option that needs all records', '', { map: (record: object) => record }],
  ['no version', '', { version: '' }],
] as const)('is made here: %s', async (_, query, options) => {
  const { queue, ask } = serving(options);
  expect((await ask(query)).status).toBe(200);
  expect((await ask(query, {}, 'HEAD')).status).toBe(200);
  expect(queue.asked.size).toBe(0);
});

it('a client that does not wait is told where the export will be', async () => {
  const start = withResolvers();
  const { ask } = serving({}, () => start.promise);
  const response = await ask('?format=csv', { prefer: 'respond-async, wait=5' });
  const location = response.headers.get('location') ?? '';
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({
    data: { id: expect.stringMatching(/^http-[\w-]{43}$/), state: 'waiting', done: 0, of: 0, items: 0, bytes: 0 },
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'retry-after': '5',
    'preference-applied': 'respond-async',
    vary: 'Prefer',
  });
  const query = location.slice(location.indexOf('?'));
  expect((await ask(query)).status).toBe(202);
  start.resolve();
  await (await ask('?format=csv')).arrayBuffer();
  const done = await ask(query);
  expect([done.status, await done.text()]).toEqual([
    200,
    await (await plain(new Request('http://localhost/items?format=csv'))).text(),
  ]);
});

it('an export of another request, or of items that have changed, is not there', async () => {
  const { ask } = serving();
  for (const query of ['?export=http-other', '?export=june-csv&format=csv', '?limit=1&export=x']) {
    const response = await ask(query);
    expect([query, response.status, await response.json()]).toMatchObject([query, 404, { error: { type: 'record-not-found' } }]);
  }
});

it('a failure is that of one process', async () => {
  const { ask } = serving();
  const response = await ask('?format=csv&fields=other&skipEmpty=1');
  const expected = await plain(new Request('http://localhost/items?format=csv&fields=other&skipEmpty=1'));
  expect([response.status, await response.text()]).toEqual([expected.status, await expected.text()]);
});

it('a queue that cannot be reached is a 503 without its address', async () => {
  const away = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('redis://10.0.0.1:6379: the queue cannot be reached'), { code: 'unavailable' }));
  const large = { queue: { submit: away, find: away }, overItems: 10 };
  const handler = itemsHandler(() => ({ source: sourceOf('shop'), version: '1' }), { large, log: () => undefined });
  const response = await handler(new Request('http://localhost/items?format=csv'));
  const error = { type: 'unavailable', message: 'The queue of exports cannot be reached' };
  expect([response.status, await response.json()]).toEqual([503, { error }]);
});

function withResolvers(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
