import { gzipSync } from 'node:zlib';
import { createEmulator } from '@dataset-items/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { exchange, proxyOf, upstreamOf } from './servers.js';

const date = '2024-01-01T00:00:00.000Z';
const dataset = {
  ...{ id: 'd', userId: 'u', createdAt: date, modifiedAt: date, accessedAt: date },
  ...{ itemCount: 1, cleanItemCount: 1, consoleUrl: 'https://example.com/d' },
};

/** A checking proxy in front of a server with one answer. */
async function checking(status: number, body: string | Buffer, headers: Record<string, string> = {}) {
  const upstream = await upstreamOf((_, outgoing) => outgoing.writeHead(status, headers).end(body));
  const notices: string[] = [];
  const limits = { retries: 0 };
  const url = await proxyOf(upstream.url, { check: true, limits, onNotice: (line) => notices.push(line) });
  return { url, notices };
}

const wrapped = (change: object): string => JSON.stringify({ data: { ...dataset, ...change } });

it.each<[target: string, status: number, body: string | Buffer, misfits: string[], headers?: Record<string, string>]>([
  ['/v2/datasets/d', 200, wrapped({}), []],
  ['/v2/datasets/d', 200, wrapped({ itemCount: '1' }), ['200 does not fit Dataset: /data/itemCount must be integer']],
  ['/v2/datasets/d', 200, gzipSync(wrapped({})), [], { 'content-encoding': 'gzip' }],
  [
    '/v2/datasets/d',
    200,
    gzipSync(wrapped({ id: null, accessedAt: 'MARKED' })),
    [
      '200 does not fit Dataset: /data/id must be string',
      '200 does not fit Dataset: /data/accessedAt must match format "date-time"',
    ],
    { 'content-encoding': 'gzip' },
  ],
  ['/v2/datasets/d', 200, 'MARKED', ['200 does not fit Dataset: it is not JSON']],
  ['/v2/datasets/d', 200, 'MARKED', ['200 does not fit Dataset: its content cannot be decoded'], { 'content-encoding': 'gzip' }],
  ['/v2/datasets/d', 200, '{}', ["200 does not fit Dataset: it must have property 'data'"]],
  ['/v2/datasets', 200, '{"data":[]}', ['200 does not fit ListOfDatasets: /data must be object']],
  ['/v2/datasets/d', 404, '{"error":{"type":"record-not-found","message":"no"}}', []],
  ['/v2/datasets/d', 500, '"MARKED"', ['500 does not fit ErrorResponse: must be object']],
  ['/v2/datasets/d/items?format=jsonl', 400, '[]', ['400 does not fit ErrorResponse: must be object']],
  ['/v2/key-value-stores/s/records/r', 200, 'MARKED', []],
  ['/other', 500, 'MARKED', []],
])('%s %d, row %#', async (target, status, body, misfits, headers) => {
  const { url, notices } = await checking(status, body, headers);
  const path = `${target}${target.includes('?') ? '&' : '?'}token=MARKED`;
  // The bytes as they come: Node's own `fetch` may wait for ever for content that cannot be decoded.
  const came = await exchange(url, `GET ${path} HTTP/1.1\r\nHost: proxy\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`);
  expect(came).toMatch(`HTTP/1.1 ${status} `);
  if (headers === undefined) expect(came.endsWith(`\r\n${body}`) || came.includes(`\r\n${body}\r\n0\r\n`)).toBe(true);
  expect(notices).toEqual(misfits.map((misfit) => `check: GET ${target} ${misfit}`));
  const metrics = await (await fetch(`${url}/_proxy/metrics`)).text();
  const [, counted = '0'] = /^dataset_items_proxy_misfits_total\{shape="\w+"\} (\d+)$/m.exec(metrics) ?? [];
  expect(Number(counted)).toBe(misfits.length);
});

it('what the emulator answers fits', async () => {
  const emulator = await createEmulator({
    actors: { shop: async ({ pushData }) => pushData([{ n: 1 }]) },
    tasks: { daily: { actor: 'shop' } },
  });
  onTestFinished(() => emulator.close());
  const notices: string[] = [];
  const { url: upstream } = await emulator.listen({ port: 0 });
  const url = await proxyOf(upstream, { check: true, onNotice: (line) => notices.push(line) });
  const ask = async (line: string, status: number): Promise<void> => {
    const [method = '', path = ''] = line.split(' ');
    const answer = await fetch(url + path, { method });
    await answer.arrayBuffer();
    expect([line, answer.status]).toEqual([line, status]);
  };
  await ask('POST /v2/datasets?name=a', 201);
  await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=60', 201);
  const read = ['datasets', 'datasets/a', 'datasets/a/statistics', 'actor-runs', 'actor-tasks', 'actor-tasks/daily', 'users/me'];
  const last = ['actor-tasks/daily/runs', 'actor-tasks/daily/runs/last', 'actors/shop/runs/last/dataset', 'actors/shop'];
  for (const path of [...read, ...last]) await ask(`GET /v2/${path}`, 200);
  await ask('GET /v2/datasets/none', 404);
  expect(notices).toEqual([]);
});
