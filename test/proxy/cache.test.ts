import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { proxyOf, upstreamOf } from './servers.js';

/** An upstream with one dataset for each token, which counts what is asked of it. */
async function cachedUpstream() {
  const state = { version: 1, items: 2, break: false, changes: false };
  const upstream = await upstreamOf(({ url = '', headers }, outgoing) => {
    const token = headers.authorization;
    if (token === undefined) return outgoing.writeHead(401).end('{"error":{"type":"invalid-token","message":"no"}}');
    if (!url.includes('/items')) {
      const modifiedAt = new Date(state.version).toISOString();
      return outgoing.writeHead(200).end(JSON.stringify({ data: { id: 'd', name: 'd', modifiedAt, itemCount: state.items } }));
    }
    const body = Array.from({ length: state.items }, (_, n) => `${JSON.stringify({ n, token, version: state.version })}\n`).join(
      '',
    );
    if (state.changes) state.version++;
    outgoing.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'content-length': String(body.length),
      'x-apify-pagination-total': String(state.items),
    });
    if (!state.break) return outgoing.end(body);
    outgoing.write(body.slice(0, -5), () => outgoing.destroy());
  });
  const directory = await mkdtemp(join(tmpdir(), 'proxy-cache-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const fetched = (): number => upstream.seen.filter((line) => line.includes('/items')).length;
  return { upstream, state, directory, fetched };
}

const read = async (url: string, query = '', token = 'one') => {
  const { status, bytes } = await ask(`${url}/v2/datasets/d/items?format=jsonl&fields=n,version&${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return status === 200 ? bytes.toString() : String(status);
};

it('fetched once for any number of formats, pages and restarts; again when the dataset has changed', async () => {
  const { upstream, state, directory, fetched } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory } });
  const both = '{"n":0,"version":1}\n{"n":1,"version":1}';
  expect(await Promise.all(Array.from({ length: 8 }, () => read(url)))).toEqual(Array(8).fill(both));
  expect(await read(url, 'offset=1')).toBe('{"n":1,"version":1}');
  expect(await read(url, 'desc=1&limit=1')).toBe('{"n":1,"version":1}');
  const later = await proxyOf(upstream.url, { cache: { directory } });
  expect([await read(later), fetched()]).toEqual([both, 1]);
  state.version = 2;
  expect([await read(later, 'limit=1'), fetched()]).toEqual(['{"n":0,"version":2}', 2]);
  expect((await readdir(directory)).filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
});

it('what one caller fetched is not given to another, and nothing to who may not read', async () => {
  const { upstream, directory, fetched } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory } });
  await read(url, '', 'one');
  const { bytes } = await ask(`${url}/v2/datasets/d/items?fields=token&limit=1`, { headers: { authorization: 'Bearer two' } });
  expect([JSON.parse(bytes.toString()), fetched()]).toEqual([[{ token: 'Bearer two' }], 2]);
  expect((await ask(`${url}/v2/datasets/d/items`)).status).toBe(401);
});

it.each(['x-api-key', 'cookie', 'x-user-id', 'x-session'])('callers are told from each other by %s too', async (name) => {
  const { upstream, directory, fetched } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory } });
  const path = `${url}/v2/datasets/d/items?fields=n`;
  for (const value of ['one', 'two', 'one']) await ask(path, { headers: { authorization: 'Bearer t', [name]: value } });
  await ask(path, { headers: { authorization: 'Bearer t', [name]: 'two', 'user-agent': 'other', traceparent: '00-1-2-01' } });
  expect(fetched()).toBe(2);
});

it('a file that was cut off is not used after a restart', async () => {
  const { upstream, directory, fetched } = await cachedUpstream();
  const both = '{"n":0,"version":1}\n{"n":1,"version":1}';
  expect(await read(await proxyOf(upstream.url, { cache: { directory } }))).toBe(both);
  const [name = ''] = (await readdir(directory)).filter((each) => each.endsWith('.jsonl'));
  await truncate(join(directory, name), 20);
  expect([await read(await proxyOf(upstream.url, { cache: { directory } })), fetched()]).toEqual([both, 2]);
});

it('an upstream that fails while the version is asked for again: the items are fetched without the cache', async () => {
  let descriptions = 0;
  const upstream = await upstreamOf(({ url = '' }, outgoing) => {
    const data = { id: 'd', name: 'd', modifiedAt: new Date(1).toISOString(), itemCount: 1 };
    if (url.includes('/items')) return outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"n":1}\n');
    if (++descriptions % 2 === 0) return outgoing.destroy();
    outgoing.end(JSON.stringify({ data }));
  });
  const directory = await mkdtemp(join(tmpdir(), 'proxy-cache-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const url = await proxyOf(upstream.url, { cache: { directory }, limits: { retries: 0 } });
  expect(await read(url)).toBe('{"n":1}');
  expect(await readdir(directory)).toEqual(['secret']);
});

it('a torn download is not kept, and its readers are told', async () => {
  const { upstream, state, directory, fetched } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory }, limits: { retries: 0 } });
  state.break = true;
  expect(await read(url)).toBe('502');
  expect(await readdir(directory)).toEqual(['secret']);
  state.break = false;
  expect([await read(url, 'limit=1'), fetched()]).toEqual(['{"n":0,"version":1}', 2]);
});

it('items that changed while they were fetched are not kept', async () => {
  const { upstream, state, directory } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory } });
  state.changes = true;
  expect(await read(url, 'limit=1')).toMatch(/^{"n":0,"version":\d}$/);
  expect(await readdir(directory)).toEqual(['secret']);
});

it('the least recently used go first; what is larger than the cache is passed on without it', async () => {
  const { upstream, state, directory, fetched } = await cachedUpstream();
  const url = await proxyOf(upstream.url, { cache: { directory, size: 250 } });
  for (const token of ['one', 'two', 'one', 'six', 'one']) await read(url, '', token);
  expect(fetched()).toBe(3);
  state.items = 1000;
  expect((await read(url)).split('\n')).toHaveLength(1000);
  expect((await readdir(directory)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it('if nothing can be written, the cache is off and requests are answered without it', async () => {
  const { upstream, directory } = await cachedUpstream();
  const notices: string[] = [];
  const url = await proxyOf(upstream.url, { cache: { directory }, onNotice: (line) => notices.push(line) });
  await rm(directory, { recursive: true });
  expect(await read(url, 'limit=1')).toBe('{"n":0,"version":1}');
  expect(await read(url, 'limit=1')).toBe('{"n":0,"version":1}');
  expect(notices).toEqual([expect.stringMatching(/^the cache is off until the proxy starts again/)]);
});

it('a run with a marked token leaves no trace of it in files, log, metrics and errors', async () => {
  const { upstream, state, directory } = await cachedUpstream();
  const told: string[] = [];
  const url = await proxyOf(upstream.url, {
    cache: { directory },
    limits: { retries: 0 },
    onRequest: (request) => told.push(JSON.stringify(request)),
    log: ({ error, url: at }) => told.push(`${at} ${error instanceof Error ? `${error.stack} ${error.cause}` : error}`),
  });
  const headers = { authorization: 'Bearer MARKED', referer: 'http://h/?token=MARKED', cookie: 'MARKED' };
  const ways = [
    '/v2/datasets/d/items?token=MARKED&fields=n',
    '/v2/x?signature=MARKED',
    '/v2/datasets/d/items?limit=MARKEX&token=MARKED',
    '/v2/x?access_token=MARKED&api_key=MARKED&Apikey=MARKED&password=MARKED&%74oken=MARKED',
    '/v2/x#token=MARKED',
  ];
  for (const breaks of [false, true]) {
    state.break = breaks;
    state.version++;
    for (const way of ways) told.push((await ask(url + way, { headers })).bytes.toString());
  }
  told.push((await ask(`${url}/_proxy/metrics`)).bytes.toString());
  const names = await readdir(directory);
  expect(names.length).toBeGreaterThan(1);
  // The items themselves have what the upstream put there.
  told.push(
    names.join(),
    ...(await Promise.all(names.filter((name) => name === 'secret').map((name) => readFile(join(directory, name), 'latin1')))),
  );
  expect(told.filter((text) => text.includes('MARKED'))).toEqual([]);
  expect(told.length).toBeGreaterThan(12);
});
