import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator } from '@dataset-items/emulator';
import { createProxy } from '@dataset-items/proxy';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { openProxy, proxyOf, upstreamOf } from './servers.js';

const secret = 'MARKED-c3Vw-TOKEN';
const authorization = `Bearer ${secret}`;
const items = [
  { name: 'Oak table', big: 1, tags: [{ t: 'a' }, { t: '😀' }], '#hidden': 1 },
  { name: 'Chair', late: null, url: 'https://example.com/a?x=1' },
];
const schema = {
  actorSpecification: 1,
  views: { short: { title: 'Short', transformation: { fields: ['name', 'late'] }, display: { component: 'table' } } },
};

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'proxy-record-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function emulated(options: Parameters<typeof createEmulator>[0]): Promise<Emulator> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

async function pushed(emulator: Emulator, name: string, values: readonly object[]): Promise<string> {
  const dataset = await emulator.datasets.create({ name, schema });
  await dataset.push(values.map((value) => ({ ...value })));
  return dataset.facts.id;
}

/** All files of a directory, by path. */
async function filesOf(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.sort().map(async (path) => [path.slice(directory.length + 1), await readFile(path, 'utf8')] as const),
    ),
  );
}

const of = async (answer: Response): Promise<unknown[]> => [
  answer.status,
  answer.headers.get('content-type'),
  answer.headers.get('x-apify-pagination-total'),
  Buffer.from(await answer.arrayBuffer()).toString('base64'),
];

it('a recorded directory makes an emulator that gives the same responses', async () => {
  const original = await emulated({
    actors: { 'jane/shop': async ({ pushData }) => pushData([{ n: 1 }, { n: 2 }]) },
    tasks: { tables: { actor: 'jane/shop' } },
  });
  const id = await pushed(original, 'furniture', items);
  await pushed(original, 'empty', []);
  const { url } = await original.listen({ port: 0 });
  const record = await temporary();
  const proxy = await proxyOf(url, { record });
  const recorded = [
    '/v2/datasets/furniture/items?format=csv&unwind=tags',
    '/v2/datasets/empty/items',
    '/v2/actors/jane~shop/run-sync-get-dataset-items?format=jsonl',
    '/v2/actor-tasks/tables/run-sync-get-dataset-items?format=csv',
  ];
  for (const path of recorded)
    expect([path, (await fetch(proxy + path, { headers: { authorization } })).ok]).toEqual([path, true]);

  const again = await emulated({ config: join(record, 'emulator.json') });
  const paths = [
    ...recorded,
    ...['json', 'jsonl', 'csv', 'xml', 'html'].map((format) => `/v2/datasets/furniture/items?format=${format}`),
    ...['view=short&format=csv', 'clean=1', 'offset=1&limit=1', 'desc=1'].map((query) => `/v2/datasets/${id}/items?${query}`),
  ];
  for (const path of paths) {
    const [one, other] = [await original.fetch(new Request(url + path)), await again.fetch(new Request(url + path))];
    expect([path, await of(other)]).toEqual([path, await of(one)]);
  }
  expect((await again.fetch(new Request(`${url}/_emulator/reset`, { method: 'POST' }))).ok).toBe(true);
  const described = await (await again.fetch(new Request(`${url}/v2/datasets/furniture`))).json();
  expect(described).toMatchObject({ data: { id, name: 'furniture', schema, itemCount: 2 } });
});

const records: readonly [key: string, contentType: string, value: string | Buffer, recorded: string | Buffer | undefined][] = [
  ['OUTPUT', 'application/json; charset=utf-8', `{"n":1.50,"by":"${secret}"}`, '{"n":1.50,"by":"REDACTED"}'],
  ['output', 'application/json', '[1]', '[1]'],
  ['page.html', 'text/html', `<a href="/?token=SIGNED1&a=1">${secret}</a>`, '<a href="/?token=REDACTED&a=1">REDACTED</a>'],
  ['image', 'image/png', Buffer.from([0, 255, 1]), Buffer.from([0, 255, 1])],
  ['with-secret', 'image/png', Buffer.from(`\xff${secret}`, 'latin1'), undefined],
  ['not-json', 'application/json', `{"a":${secret}`, undefined],
];

it('records of key-value stores, each as a whole and without secrets, by the name of the store and by its run', async () => {
  const original = await emulated({ actors: { shop: async ({ setValue }) => setValue('OUTPUT', { done: true }) } });
  const { url } = await original.listen({ port: 0 });
  const at = '/v2/key-value-stores/things/records';
  const { data } = (await (await fetch(`${url}/v2/key-value-stores?name=things`, { method: 'POST' })).json()) as {
    data: { id: string };
  };
  for (const [key, type, value] of records) {
    const body = typeof value === 'string' ? value : new Uint8Array(value);
    const put = await fetch(`${url}${at}/${encodeURIComponent(key)}`, { method: 'PUT', headers: { 'content-type': type }, body });
    expect([key, put.status]).toEqual([key, 201]);
  }
  await fetch(`${url}/v2/acts/shop/runs?waitForFinish=60`, { method: 'POST' });
  const record = await temporary();
  const { url: proxy, proxy: recording } = await openProxy(url, { record });
  const ofRun = '/v2/acts/shop/runs/last/key-value-store/records/OUTPUT';
  const seen: Record<string, string> = {};
  for (const path of [...records.map(([key]) => `${at}/${key}`), ofRun]) {
    const answer = await fetch(proxy + path, { headers: { authorization } });
    seen[path] = `${answer.status} ${(await answer.arrayBuffer()).byteLength}`;
  }
  expect(seen[ofRun]).toMatch(/^200 /);
  // A client has the last byte before the fixture is written.
  await recording.close();
  const files = await filesOf(record);
  expect(JSON.stringify(files)).not.toMatch(/MARKED|SIGNED/);
  const again = await emulated({ config: join(record, 'emulator.json') });
  for (const id of ['things', data.id]) {
    for (const [key, type, , recorded] of records) {
      const answer = await again.fetch(new Request(`${url}/v2/key-value-stores/${id}/records/${key}`));
      const came = Buffer.from(await answer.arrayBuffer());
      if (recorded === undefined) expect([key, answer.status]).toEqual([key, 404]);
      else expect([key, answer.headers.get('content-type'), came]).toEqual([key, type, Buffer.from(recorded)]);
    }
  }
  expect(Object.keys(JSON.parse(files['emulator.json'] ?? '{}').keyValueStores)).toHaveLength(2);
});

it('a fixture replaces the older one of its name; others stay, also after a restart', async () => {
  const original = await emulated({});
  await pushed(original, 'one', [{ n: 1 }]);
  await pushed(original, 'two', [{ n: 2 }]);
  const { url } = await original.listen({ port: 0 });
  const record = await temporary();
  await fetch(`${await proxyOf(url, { record })}/v2/datasets/one/items`).then((answer) => answer.text());
  await original.datasets.find('one')?.push([{ n: 3 }]);
  const restarted = await proxyOf(url, { record });
  for (const name of ['two', 'one']) await fetch(`${restarted}/v2/datasets/${name}/items`).then((answer) => answer.text());
  const { 'emulator.json': config = '', ...files } = await filesOf(record);
  expect(files).toEqual({ 'datasets/one.jsonl': '{"n":1}\n{"n":3}\n', 'datasets/two.jsonl': '{"n":2}\n' });
  expect(Object.keys(JSON.parse(config).datasets)).toEqual(['one', 'two']);
});

it('no token and no signature is in a fixture', async () => {
  const upstream = await upstreamOf(({ url = '' }, outgoing) => {
    if (!url.includes('/items')) {
      const data = {
        id: 'd',
        name: 'd',
        itemCount: 2,
        urlSigningSecretKey: secret,
        schema: { views: {}, title: `by ${secret}` },
      };
      return outgoing.end(JSON.stringify({ data }));
    }
    const escaped = [...secret].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const values = [`{"n":1.50,"${secret}":"a ${secret} b","at":"http://a/?signature=SIGNED1&x=1"}`, `{"t":"\\"${escaped}"}`];
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(`${values.join('\n')}\n`);
  });
  const record = await temporary();
  const url = await proxyOf(upstream.url, { record });
  const headers = { authorization };
  const passed = await (await fetch(`${url}/v2/datasets/d/items?format=jsonl&signature=${secret}`, { headers })).text();
  expect(passed).toContain(secret);
  const files = await filesOf(record);
  expect(JSON.stringify(files)).not.toMatch(/MARKED|SIGNED/);
  expect(files['datasets/d.jsonl']).toBe(
    '{"n":1.5,"REDACTED":"a REDACTED b","at":"http://a/?signature=REDACTED&x=1"}\n{"t":"\\"REDACTED"}\n',
  );
});

it.each<[what: string, query: string, end: 'cut' | 'malformed' | 'fewer' | 'whole']>([
  ['an answer that breaks off', '', 'cut'],
  ['malformed items', '', 'malformed'],
  ['fewer items than the dataset has', '', 'fewer'],
  ['a page', 'limit=1', 'whole'],
  ['what follows a page', 'offset=1', 'whole'],
  ['the last items', 'desc=1', 'whole'],
])('%s is not recorded', async (_, query, end) => {
  const upstream = await upstreamOf(({ url = '' }, outgoing) => {
    if (!url.includes('/items')) return outgoing.writeHead(403).end('{}');
    const limited = url.includes('limit=1');
    const text = { malformed: '{"n":1}\n{"n":\n', fewer: '{"n":1}\n', cut: '{"n":1}\n{"n":2}\n', whole: '{"n":1}\n{"n":2}\n' }[
      end
    ];
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-apify-pagination-total': '2' });
    if (end !== 'cut') return outgoing.end(limited ? '{"n":1}\n' : text);
    outgoing.write(text, () => outgoing.destroy());
  });
  const record = await temporary();
  const notices: string[] = [];
  const proxy = await createProxy({ upstream: upstream.url, record, log: () => {}, onNotice: (line) => notices.push(line) });
  const { url } = await proxy.listen({ port: 0 });
  await ask(`${url}/v2/datasets/d/items?format=jsonl&${query}`).catch(() => undefined);
  await proxy.close();
  expect(Object.keys(await filesOf(record))).toEqual([]);
  // Malformed items are the client's 502 too.
  if (end !== 'malformed') expect(notices).toEqual([]);
});

it('a client that leaves leaves nothing behind', async () => {
  const upstream = await upstreamOf(({ url = '' }, outgoing) => {
    if (!url.includes('/items')) return outgoing.writeHead(403).end('{}');
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"n":1}\n'.repeat(10_000));
  });
  const record = await temporary();
  const url = await proxyOf(upstream.url, { record });
  const left = new AbortController();
  const answer = await fetch(`${url}/v2/datasets/d/items?format=jsonl`, { signal: left.signal });
  await answer.body?.getReader().read();
  left.abort();
  await expect.poll(() => upstream.underWay(), { timeout: 30_000 }).toBe(0);
  await expect.poll(async () => Object.keys(await filesOf(record)), { timeout: 30_000 }).toEqual([]);
});

it('it needs a directory of its own', async () => {
  const record = await temporary();
  await expect(createProxy({ upstream: 'http://localhost', record, cache: { directory: record } })).rejects.toThrow(/no cache/);
});
