import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator } from '../emulator.js';
import { asking, emulated } from '../testing/emulated.js';
import { requestJson, requestText } from './request-lines.js';
import type { SeenRequest } from './traffic.js';

describe('fail-next', () => {
  it.each<[what: string, wanted: object, line: string, statuses: number[]]>([
    ['one request, with 500', {}, 'GET /v2/datasets', [500, 200, 200]],
    ['two, with 429', { status: 429, count: 2 }, 'GET /v2/datasets', [429, 429, 200]],
    ['of another path', { path: '/items' }, 'GET /v2/datasets', [200, 200, 200]],
    ['of that path', { path: '/v2/data', count: 9 }, 'GET /v2/datasets', [500, 500, 500]],
    ['of other methods', { methods: ['POST', 'PUT'] }, 'GET /v2/datasets', [200, 200, 200]],
    ['of this method', { methods: 'post, get' }, 'GET /v2/datasets', [500, 200, 200]],
    ['also for a path without an endpoint', { status: 404 }, 'GET /nowhere', [404, 404, 404]],
    ['never a control endpoint', { count: 9 }, 'GET /_emulator/health', [200, 200, 200]],
  ])('%s', async (_, wanted, line, statuses) => {
    const { ask } = await emulated();
    expect((await ask('POST /_emulator/fail-next', wanted)).status).toBe(201);
    const came = [await ask(line), await ask(line), await ask(line)];
    expect(came.map(({ status }) => status)).toEqual(statuses);
  });

  it('takes the query as well, lists pending failures and removes them', async () => {
    const { ask } = await emulated();
    await ask('POST /_emulator/fail-next?status=503&count=2&retryAfter=7&message=later');
    await ask('POST /_emulator/fail-next?afterBytes=5');
    const { status, headers, body } = await ask('GET /v2/datasets');
    expect([status, headers.get('retry-after'), body.error]).toEqual([
      503,
      '7',
      { type: 'internal-server-error', message: 'later' },
    ]);
    expect((await ask('GET /_emulator/fail-next')).body.waiting).toEqual([
      { status: 503, count: 1, retryAfter: 7, message: 'later' },
      { afterBytes: 5, count: 1 },
    ]);
    expect((await ask('DELETE /_emulator/fail-next')).status).toBe(204);
    expect((await ask('GET /v2/datasets')).status).toBe(200);
  });

  it.each<[wanted: unknown, message: RegExp]>([
    [{ status: 200 }, /status: got "200", expected a whole number from 400 to 599/],
    [{ count: 0 }, /count/],
    [{ afterBytes: -1 }, /afterBytes/],
    [{ status: 500, afterBytes: 1 }, /afterBytes/],
    [{ statuss: 500 }, /did you mean `status`/],
    ['[]', /an array, expected a JSON object/],
  ])('refuses %j', async (wanted, message) => {
    const { ask } = await emulated();
    const { status, body } = await ask('POST /_emulator/fail-next', wanted);
    expect(status).toBe(400);
    expect(body.error.message).toMatch(message);
    expect((await ask('GET /v2/datasets')).status).toBe(200);
  });

  it('breaks the connection of a socket after a number of bytes; the push is stored', async () => {
    const emulator = await createEmulator();
    onTestFinished(() => emulator.close());
    const dataset = await emulator.datasets.create({ name: 'box' });
    await dataset.push([{ text: 'x'.repeat(1000) }]);
    const { port, url } = await emulator.listen({ port: 0 });
    const ask = asking(fetch, url);
    await ask('POST /_emulator/fail-next', { afterBytes: 10 });
    const cut = await raw(port, 'GET /v2/datasets/box/items?format=jsonl HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(cut).toMatch(/^HTTP\/1\.1 200 /);
    expect(cut).toContain('{"text":"x');
    expect(cut).not.toContain('{"text":"xx');
    await ask('POST /_emulator/fail-next', { afterBytes: 0 });
    expect(await raw(port, 'POST /v2/datasets/box/items HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}')).toBe('');
    expect(dataset.facts.itemCount).toBe(2);
    await ask('POST /_emulator/fail-next', { afterBytes: 5 });
    await expect(ask('GET /v2/datasets/box/items')).rejects.toThrow();
    expect((await ask('GET /v2/datasets/box/items')).status).toBe(200);
    const states = (await ask('GET /_emulator/requests')).body.requests.map(({ state }) => state);
    expect(states).toEqual(['cut', 'cut', 'cut', 'complete']);
  });
});

/** All bytes received until the connection ends or breaks. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    let came = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      came += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(came));
  });
}

describe('requests', () => {
  it('are seen and logged without secrets', async () => {
    const logged: SeenRequest[] = [];
    const { ask } = await emulated({ onRequest: (request) => logged.push(request) });
    const secrets = { authorization: 'Bearer s3cret', 'user-agent': 'test', 'content-type': 'application/json' };
    await ask('POST /v2/datasets?name=box&token=s3cret', '{}', secrets);
    await ask('GET /v2/datasets/box/items?signature=s3cret&limit=1&token=s3cret');
    await ask('GET /_emulator/health');
    const { text, body } = await ask('GET /_emulator/requests');
    expect(body.requests).toMatchObject([
      { method: 'POST', target: '/v2/datasets?name=box', hasToken: true, status: 201, userAgent: 'test', state: 'complete' },
      { method: 'GET', target: '/v2/datasets/box/items?limit=1', hasToken: true, status: 200, bytes: 2 },
    ]);
    expect(JSON.parse(JSON.stringify(logged))).toEqual(body.requests);
    expect(text + logged.map(requestText).join() + logged.map(requestJson).join()).not.toContain('s3cret');
  });

  it('the latest thousand are kept', async () => {
    const { ask } = await emulated();
    for (let n = 0; n < 1005; n++) await ask(`GET /v2/datasets?offset=${n}`);
    const { requests } = (await ask('GET /_emulator/requests')).body;
    expect([requests.length, requests[0].target, requests[999]?.target]).toEqual([
      1000,
      '/v2/datasets?offset=5',
      '/v2/datasets?offset=1004',
    ]);
    expect((await ask('GET /_emulator/health')).body.requests).toEqual({ total: 1005, underWay: 0 });
  });

  it('become one log line each', () => {
    const seen: SeenRequest = {
      number: 1,
      at: new Date('2026-01-02T03:04:05.678Z'),
      method: 'GET',
      target: '/v2/datasets?a=%0A',
      hasToken: false,
      status: 200,
      bytes: 12,
      milliseconds: 3.4,
      state: 'complete',
    };
    expect(requestText(seen)).toBe('03:04:05 GET /v2/datasets?a=%0A 200 12 B 3.4 ms');
    expect(requestText({ ...seen, state: 'cut' })).toBe('03:04:05 GET /v2/datasets?a=%0A 200 12 B 3.4 ms cut');
    expect(JSON.parse(requestJson(seen))).toMatchObject({ at: '2026-01-02T03:04:05.678Z', status: 200 });
  });
});

it('health counts what is stored', async () => {
  const { ask } = await emulated();
  await ask('POST /v2/datasets?name=box');
  await ask('POST /v2/datasets/box/items', [{}, {}]);
  const { body } = await ask('GET /_emulator/health');
  expect(body).toMatchObject({ status: 'up', datasets: 1, items: 2, requests: { total: 2, underWay: 0 } });
  expect(body.memory.rssBytes).toBeGreaterThan(1e6);
});

it('reset removes everything', async () => {
  const { ask } = await emulated();
  await ask('POST /v2/datasets?name=box');
  await ask('POST /_emulator/fail-next');
  expect((await ask('POST /_emulator/reset')).status).toBe(204);
  expect((await ask('GET /v2/datasets?unnamed=1')).body.data.items).toEqual([]);
  expect((await ask('GET /_emulator/requests')).body.requests).toHaveLength(1);
});

it('reset forgets what runs asked the proxy for', async () => {
  const script = `
    const { APIFY_PROXY_PORT: port, APIFY_PROXY_PASSWORD: password } = process.env;
    const auth = Buffer.from('auto:' + password).toString('base64');
    const headers = { host: 'proxy.apify.com', 'proxy-authorization': 'Basic ' + auth };
    require('node:http').get({ host: '127.0.0.1', port, path: 'http://proxy.apify.com/', headers }, (answer) => answer.resume());`;
  const { ask } = await emulated({ actors: { asker: { command: [process.execPath, '-e', script], mode: 'local' } } });
  const requests = async () => (await ask('GET /_emulator/proxy-requests')).body.requests;
  expect((await ask('POST /v2/acts/asker/runs?waitForFinish=60')).body.data.status).toBe('SUCCEEDED');
  expect(await requests()).toMatchObject([{ host: 'proxy.apify.com:80', status: 200 }]);
  expect((await ask('POST /_emulator/reset')).status).toBe(204);
  expect(await requests()).toEqual([]);
});
