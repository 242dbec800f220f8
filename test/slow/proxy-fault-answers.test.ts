import { once } from 'node:events';
import { get } from 'node:http';
import { expect, it } from 'vitest';
import { ask } from '../listen.js';
import { faults } from '../proxy/fault-table.js';
import { openProxy, proxyOf, socketsOf, underWayAt, upstreamOf, upstreamOfFault } from '../proxy/servers.js';

const items = '/v2/datasets/d/items?format=json';
const plain = '/v2/other';

it.each(faults)('$name: what the client sees, and nothing is left', async ({ upstream, limits, client, sees }) => {
  const before = socketsOf();
  const { url: at, underWay, close } = await upstreamOfFault(upstream);
  const { url, proxy } = await openProxy(at, { limits });
  expect(await client(url)).toEqual(sees);
  await expect.poll(() => underWayAt(url)).toBe(0);
  await expect.poll(underWay).toBe(0);
  await proxy.close();
  close();
  await expect.poll(socketsOf).toBeLessThanOrEqual(before);
});

it.each([
  { name: 'a 500 for ever', status: 500, method: 'GET', path: items, tries: 1 },
  { name: 'a 503 for ever', status: 503, method: 'GET', path: items, tries: 4 },
  { name: 'a 503 to a push', status: 503, method: 'POST', path: items, tries: 1 },
  { name: 'a 503 to a start of a run', status: 503, method: 'GET', path: '/v2/acts/a/run-sync-get-dataset-items', tries: 1 },
  { name: 'a 503 with a long pause', status: 503, method: 'GET', path: `${items}&pause`, tries: 1 },
])('$name: passed on after $tries tries, untouched', async ({ status, method, path, tries }) => {
  const { url: upstream, seen } = await upstreamOf(({ url }, outgoing) => {
    outgoing
      .writeHead(status, 'Own Reason', { 'x-own': '1', ...(url?.includes('pause') && { 'retry-after': '3600' }) })
      .end('own body');
  });
  const answer = await ask((await proxyOf(upstream)) + path, { method });
  expect([answer.status, answer.headers['x-own'], answer.bytes.toString()]).toEqual([status, '1', 'own body']);
  expect(seen).toHaveLength(tries);
});

it.each([items, plain])('a redirect to another host is passed on, and not followed: %s', async (path) => {
  const other = await upstreamOf((_, outgoing) => void outgoing.end());
  const { url: upstream } = await upstreamOf((_, outgoing) => void outgoing.writeHead(302, { location: `${other.url}/x` }).end());
  expect(await ask((await proxyOf(upstream)) + path)).toMatchObject({ status: 302, headers: { location: `${other.url}/x` } });
  expect(other.seen).toEqual([]);
});

it.each(['jsonl', 'csv'])(
  'a client that does not read holds up the upstream, and gets all of it when it does: %s',
  async (format) => {
    const line = `${JSON.stringify({ text: 'x'.repeat(10_000) })}\n`;
    const COUNT = 5000;
    let written = 0;
    const { url: upstream } = await upstreamOf(async (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (; written < COUNT; written++) if (!outgoing.write(line)) await once(outgoing, 'drain');
      outgoing.end();
    });
    const url = await proxyOf(upstream, { items: { defaults: { columns: ['text'] } } });
    const client = get(`${url}/v2/datasets/d/items?format=${format}`);
    const [response] = await once(client, 'response');
    // Nothing moves any more.
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(written).toBeLessThan(COUNT);
    let length = 0;
    for await (const chunk of response) length += chunk.length;
    expect([written, length > COUNT * 10_000]).toEqual([COUNT, true]);
  },
);
