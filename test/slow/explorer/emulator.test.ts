import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openBrowser, untilCell, visit } from './browser.js';
import { served } from './server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const config = 'test/slow/explorer/fixtures/emulator.json';

it('an actor is started with a form of its input schema; its log, status and items are shown as they come', async () => {
  const { url } = await served({ config });
  const { page, check } = await visit(browser, `${url}/actors`);
  await page.getByRole('link', { name: 'count', exact: true }).click();
  const number = page.getByLabel(/^How many/);
  expect(await number.inputValue()).toBe('3');
  await number.fill('4');
  await page.getByLabel('Word').selectOption('two');
  await page.getByLabel('Also print').check();
  await page.getByLabel('Lines').fill('a\nb');
  await check();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('heading', { name: /^Run / }).waitFor();
  await page.getByText('succeeded', { exact: true }).waitFor();
  await page.getByLabel('Log').getByText('{"howMany":4,"word":"two","print":true,"lines":["a","b"]}').waitFor();
  await check();
  await page.getByRole('link', { name: '4 items' }).click();
  await untilCell(page, '3');
  await page.goto(`${url}/actors/runs`);
  await page.getByText('succeeded', { exact: true }).waitFor();
  await check();
});

it('a task is started, with its own input', async () => {
  const { url } = await served({ config });
  const { page, check } = await visit(browser, `${url}/actors/tasks`);
  await page.getByRole('link', { name: 'seven', exact: true }).click();
  expect(await page.getByLabel(/^How many/).inputValue()).toBe('7');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('link', { name: '7 items' }).waitFor();
  await check();
});

it('a wrong input is refused in words, and nothing is started', async () => {
  const { url } = await served({ actors: { free: { fixture: { output: {} } } } });
  const { page, check } = await visit(browser, `${url}/actors/free`);
  await page.getByLabel('Input').fill('{');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/this is not JSON/)
    .waitFor();
  await check();
});

it('records, requests of a queue, and webhooks are shown', async () => {
  const got: string[] = [];
  const server = createServer((request, response) => {
    got.push(request.url ?? '');
    response.end('thanks');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { url } = await served({ config, allowPrivateWebhooks: true });
  const post = (path: string, body: unknown, method = 'POST') =>
    fetch(`${url}${path}`, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  await post('/v2/key-value-stores?name=shelf', {});
  await post('/v2/key-value-stores/shelf/records/NOTE', { hello: 'world' }, 'PUT');
  await post('/v2/request-queues?name=line', {});
  await post('/v2/request-queues/line/requests', { url: 'http://a.test/1', uniqueKey: '1' });
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const hooks = Buffer.from(JSON.stringify([{ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: target }])).toString('base64');
  const stored = { eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: `${target}/failed`, condition: { actorId: 'count' } };
  expect((await post('/v2/webhooks', stored)).status).toBe(201);
  await post(`/v2/acts/count/runs?waitForFinish=60&webhooks=${encodeURIComponent(hooks)}`, { howMany: 1 });

  const { page, check } = await visit(browser, `${url}/storage/key-value-stores`);
  await page.getByRole('link', { name: 'shelf' }).click();
  await page.getByRole('link', { name: 'NOTE' }).click();
  await page.getByText('"hello": "world"').waitFor();
  await check();
  await page.goto(`${url}/storage/request-queues`);
  await page.getByRole('link', { name: 'line' }).click();
  await page.getByRole('rowheader', { name: 'http://a.test/1' }).waitFor();
  await page.getByText('1 pending').waitFor();
  await check();
  await page.goto(`${url}/_explorer/webhooks`);
  await page.getByRole('list', { name: 'Stored webhooks' }).getByText('ACTOR.RUN.FAILED').waitFor();
  await page.getByRole('list', { name: 'Dispatches' }).getByText('ACTOR.RUN.SUCCEEDED').waitFor();
  await page.getByText('succeeded', { exact: true }).waitFor();
  expect(got).toEqual(['/hook']);
  await check();
});

it('requests of clients are shown live, with their bodies; those of the page are not', async () => {
  const { url } = await served();
  const { page, check } = await visit(browser, `${url}/_explorer/requests`);
  await page.getByText('No client has sent a request yet').waitFor();
  await fetch(`${url}/v2/datasets?name=box`, { method: 'POST' });
  await fetch(`${url}/v2/datasets/box/items`, { method: 'POST', body: '[{"pushed":"by a client"}]' });
  const row = page.getByRole('row').filter({ hasText: 'POST /v2/datasets/box/items' });
  await row.getByText('201').waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
  await row.getByRole('button').click();
  await page.getByText('"pushed":"by a client"').waitFor();
  await check();
});

it('faults are made and removed, and the reset is asked for twice', async () => {
  const { url, emulator } = await served();
  const { page, check } = await visit(browser, `${url}/_explorer/control`);
  await page.getByLabel('Status', { exact: true }).fill('503');
  await page.getByLabel('Requests', { exact: true }).fill('2');
  await page.getByRole('button', { name: 'Make them fail' }).click();
  await page.getByText('2 requests: status 503').waitFor();
  expect((await fetch(`${url}/v2/datasets`)).status).toBe(503);
  await page.getByText('1 request: status 503').waitFor();
  await page.getByRole('button', { name: 'Remove pending faults' }).click();
  await page.getByText('None: every request is answered as usual.').waitFor();
  expect((await fetch(`${url}/v2/datasets`)).status).toBe(200);
  await emulator.datasets.create({ name: 'gone' });
  await page.getByRole('button', { name: 'Reset…' }).click();
  expect(emulator.datasets.list()).toHaveLength(1);
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await page.getByText('Everything is as it was at the start.').waitFor();
  expect(emulator.datasets.list()).toHaveLength(0);
  await check();
});

it('a read-only emulator has no form, and one with a token asks for it', async () => {
  const { url } = await served({ config, readOnly: true });
  const readOnly = await visit(browser, `${url}/actors/count`);
  await readOnly.page.getByText('The server is read-only').waitFor();
  expect(await readOnly.page.getByRole('button', { name: 'Start', exact: true }).count()).toBe(0);
  await readOnly.check();

  const guarded = await served({ token: 'secret', seed: ['examples/earthquakes.jsonl'] });
  const { page } = await visit(browser, guarded.url);
  await page.getByLabel('Token').fill('secret');
  await page.getByRole('button', { name: 'Use this token' }).click();
  await page.getByRole('link', { name: 'earthquakes' }).click();
  await page.getByRole('gridcell').first().waitFor();
});

it('addresses of the console lead to the right place', async () => {
  const { url } = await served({ config, seed: ['examples/earthquakes.jsonl'] });
  const input = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"howMany":1}' };
  const run = await (await fetch(`${url}/v2/acts/count/runs?waitForFinish=60`, input)).json();
  const { id, actId, defaultKeyValueStoreId, defaultRequestQueueId, defaultDatasetId } = (run as { data: Record<string, string> })
    .data;
  const { page, check } = await visit(browser, url);
  for (const [path, heading] of [
    ['/storage', 'Datasets'],
    ['/storage/datasets/earthquakes', 'earthquakes'],
    [`/storage/datasets/${defaultDatasetId}`, defaultDatasetId],
    [`/storage/key-value/${defaultKeyValueStoreId}`, defaultKeyValueStoreId],
    [`/storage/key-value-stores/${defaultKeyValueStoreId}`, defaultKeyValueStoreId],
    [`/storage/request-queues/${defaultRequestQueueId}`, defaultRequestQueueId],
    [`/actors/${actId}/runs/${id}`, `Run ${id}`],
    [`/actors/runs/${id}`, `Run ${id}`],
    [`/actors/${actId}`, 'count'],
    ['/nothing-here/at-all', undefined],
  ] as const) {
    if (heading === undefined) continue;
    await page.goto(`${url}${path}`);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  }
  await check();
});
