import { createEmulator } from '@dataset-items/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { proxyOf, upstreamOf } from './servers.js';

const stored = [
  { n: 1, tags: [{ a: 'x' }, { b: 'ž😀' }], o: { k: '=1' } },
  { n: 2, '#h': 1 },
  { n: 3, late: 'column' },
];

/** JSON alone, no views, and a count that is of the whole dataset. */
async function runtimeOfTheVendor() {
  return upstreamOf(({ url = '' }, outgoing) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const offset = Number(searchParams.get('offset') ?? 0);
    const all = searchParams.get('desc') === '1' ? [...stored].reverse() : stored;
    const page = all.slice(offset, offset + Number(searchParams.get('limit') ?? 1000));
    const json = { 'content-type': 'application/json; charset=utf-8' };
    if (pathname !== '/v2/datasets/d/items')
      return outgoing.writeHead(404, json).end('{"error":{"type":"record-not-found","message":"?"}}');
    if (searchParams.get('format') !== 'json') {
      return outgoing.writeHead(400, json).end('{"error":{"type":"invalid-value","message":"Unsupported format"}}');
    }
    const headers = {
      ...json,
      'x-apify-pagination-total': '3',
      'x-apify-pagination-count': '3',
      'access-control-allow-origin': 'https://a.example',
    };
    outgoing.writeHead(200, headers).end(JSON.stringify(page));
  });
}

it('in front of a server that has JSON alone: every format, unwinding, and pages that are counted right', async () => {
  const { url: upstream, seen } = await runtimeOfTheVendor();
  const url = await proxyOf(upstream);
  const read = async (query: string) => ask(`${url}/v2/datasets/d/items?${query}`);
  const csv = await read('format=csv&flatten=o&fields=n,o.k,late&bom=0');
  expect([csv.status, csv.bytes.toString()]).toEqual([200, '"n","o.k","late"\r\n"1","=1",\r\n"2",,\r\n"3",,"column"\r\n']);
  expect((await read('format=jsonl&unwind=tags&limit=1&fields=a,b')).bytes.toString()).toBe('{"a":"x"}\n{"b":"ž😀"}');
  for (const format of ['html', 'xml', 'rss', 'xlsx']) expect((await read(`format=${format}`)).status).toBe(200);
  const page = await read('format=json&offset=2&limit=5&desc=1');
  expect([JSON.parse(page.bytes.toString()).length, page.headers]).toMatchObject([
    1,
    {
      'x-apify-pagination-total': '3',
      'x-apify-pagination-count': '1',
      'x-apify-pagination-offset': '2',
      'x-apify-pagination-limit': '5',
      'x-apify-pagination-desc': 'true',
      'x-dataset-items-corrected': 'x-apify-pagination-count',
      'access-control-allow-origin': 'https://a.example',
    },
  ]);
  // It was asked for JSON Lines once.
  expect(seen.filter((line) => line.includes('format=jsonl'))).toHaveLength(1);
});

/** Every format and parameter that the local runtime does not have, its pages, and what it counts. */
it.each<[query: string, expected: string | RegExp, count?: number]>([
  ['format=jsonl&unwind=tags,o&fields=a,b,k', '{"a":"x","k":"=1"}\n{"b":"ž😀","k":"=1"}\n{}\n{}', 3],
  ['format=csv&unwind=tags&flatten=o&fields=n,a,o.k&bom=0&limit=1', '"n","a","o.k"\r\n"1","x","=1"\r\n"1",,"=1"\r\n', 1],
  ['format=jsonl&clean=1&fields=n&offset=1&limit=1', '{"n":2}', 1],
  ['format=jsonl&skipHidden=1&omit=n,tags,o', '{}\n{}\n{"late":"column"}', 3],
  ['format=jsonl&skipEmpty=1&fields=late', '{"late":"column"}', 3],
  ['format=jsonl&desc=1&limit=2&fields=n', '{"n":3}\n{"n":2}', 2],
  ['format=jsonl&offset=3', '', 0],
  ['format=jsonl&outputFields=b&fields=n', '{"b":1}\n{"b":2}\n{"b":3}', 3],
  ['format=csv&skipHeaderRow=1&bom=0&fields=n&delimiter=;', '"1"\r\n"2"\r\n"3"\r\n', 3],
  ['format=xml&xmlRoot=r&xmlRow=i&fields=n&limit=1', /<r>\s*<i>\s*<n>1<\/n>\s*<\/i>\s*<\/r>\s*$/, 1],
])('in front of it: %s', async (query, expected, count) => {
  const { url: upstream } = await runtimeOfTheVendor();
  const { status, bytes, headers } = await ask(`${await proxyOf(upstream)}/v2/datasets/d/items?${query}`);
  const wanted = typeof expected === 'string' ? expected : expect.stringMatching(expected);
  expect([status, bytes.toString()]).toEqual([200, wanted]);
  expect([headers['x-apify-pagination-total'], headers['x-apify-pagination-count']]).toEqual(['3', String(count)]);
  // It says 3 for each page.
  expect(headers['x-dataset-items-corrected']).toBe(count === 3 ? undefined : 'x-apify-pagination-count');
});

it('who answered is in the log, also for what was refused', async () => {
  const { url: upstream } = await runtimeOfTheVendor();
  const lines: string[] = [];
  const url = await proxyOf(upstream, { onRequest: ({ status, by, target }) => lines.push(`${status} ${by} ${target.length}`) });
  for (const path of ['d/items', 'd/items?format=no', 'none/items', 'd/items?view=v', `d/items?fields=${'a,'.repeat(5000)}`]) {
    const { headers } = await ask(`${url}/v2/datasets/${path}`);
    expect(headers['x-content-type-options'] ?? 'nosniff').toBe('nosniff');
  }
  await expect
    .poll(() => lines)
    .toEqual(['200 engine 20', '400 proxy 30', '404 upstream 23', '400 upstream 27', '200 engine 1003']);
});

it('a 400 that is not about the format is passed on as it is, and nothing else is asked', async () => {
  const { url: upstream, seen } = await upstreamOf((_, outgoing) => void outgoing.writeHead(400).end('a wrong offset'));
  const { status, bytes } = await ask(`${await proxyOf(upstream)}/v2/datasets/d/items`);
  expect([status, bytes.toString(), seen.length]).toEqual([400, 'a wrong offset', 1]);
});

it('only what selects stored items, access and runs goes to the upstream', async () => {
  const { url: upstream, seen } = await upstreamOf(
    (_, outgoing) => void outgoing.writeHead(201, { 'content-type': 'application/x-ndjson' }).end('{"a":1}\n'),
  );
  const url = await proxyOf(upstream);
  const query =
    'format=csv&fields=a&bom=0&offset=2&limit=3&desc=1&token=t&signature=s&memory=256&maxItems=9&attachment=1&xmlRoot=x';
  const paths = [
    '/v2/acts/a/run-sync-get-dataset-items',
    '/v2/actor-tasks/a/runs/last/dataset/items',
    '/v2/actor-runs/a/dataset/items',
  ];
  for (const path of paths) {
    const { status, bytes } = await ask(`${url}${path}?${query.replace('&attachment=1', '')}`);
    expect([status, bytes.toString()]).toEqual([201, '"a"\r\n"1"\r\n']);
  }
  const sent = 'token=t&signature=s&memory=256&maxItems=9&format=jsonl&offset=2&limit=3&desc=1';
  expect(seen).toEqual(paths.map((path) => `GET ${path}?${sent}`));
});

it('a push, a changed method and another path go through as they are', async () => {
  const { url: upstream, seen } = await upstreamOf((_, outgoing) => void outgoing.end('{}'));
  const url = await proxyOf(upstream);
  await ask(`${url}/v2/datasets/d/items?format=csv`, { method: 'POST' });
  await ask(`${url}/v2/datasets/d/items?method=POST&format=csv`);
  await ask(`${url}/v2/datasets/d/statistics?format=csv`);
  expect(seen).toEqual([
    'POST /v2/datasets/d/items?format=csv',
    'GET /v2/datasets/d/items?method=POST&format=csv',
    'GET /v2/datasets/d/statistics?format=csv',
  ]);
});

it('a view comes from the dataset of the upstream; where that tells none, the request goes through as it is', async () => {
  const emulator = await createEmulator();
  onTestFinished(() => emulator.close());
  const schema = {
    actorSpecification: 1,
    fields: {},
    views: { short: { title: 's', transformation: { fields: ['n'], limit: 2 }, display: {} } },
  };
  await (await emulator.datasets.create({ name: 'd', schema })).push(stored);
  const { url: upstream } = await emulator.listen({ port: 0 });
  const viewed = await ask(`${await proxyOf(upstream)}/v2/datasets/d/items?view=short&format=jsonl`);
  expect([viewed.bytes.toString(), viewed.headers['x-apify-pagination-limit']]).toEqual(['{"n":1}\n{"n":2}', '2']);
  const { url: other, seen } = await runtimeOfTheVendor();
  await ask(`${await proxyOf(other)}/v2/datasets/d/items?view=short&format=csv`);
  expect(seen).toEqual(['GET /v2/datasets/d?', 'GET /v2/datasets/d/items?view=short&format=csv']);
});

it('what the operator sets holds for everybody', async () => {
  const { url: upstream, seen } = await runtimeOfTheVendor();
  const url = await proxyOf(upstream, { items: { maxItems: 1, defaults: { safe: true } }, upstreamFormat: 'json' });
  const { bytes } = await ask(`${url}/v2/datasets/d/items?format=csv&flatten=o&fields=o.k&limit=0&bom=0&safe=0`);
  expect(bytes.toString()).toBe('"o.k"\r\n"\'=1"\r\n');
  expect(seen).toEqual(['GET /v2/datasets/d/items?safe=0&format=json&limit=1'.replace('safe=0&', '')]);
});

it('a client that has the export already gets a 304', async () => {
  const { url: upstream } = await upstreamOf((_, outgoing) => void outgoing.writeHead(200, { etag: '"1"' }).end('{"a":1}\n'));
  const url = await proxyOf(upstream);
  const { etag = '' } = (await ask(`${url}/v2/datasets/d/items`)).headers;
  const again = await ask(`${url}/v2/datasets/d/items`, { headers: { 'if-none-match': etag } });
  expect([again.status, again.bytes.length]).toEqual([304, 0]);
  expect((await ask(`${url}/v2/datasets/d/items?format=csv`, { headers: { 'if-none-match': etag } })).status).toBe(200);
});

it('names and dates in an attachment are those of the dataset', async () => {
  const emulator = await createEmulator();
  onTestFinished(() => emulator.close());
  const dataset = await emulator.datasets.create({ name: 'named' });
  await dataset.push(stored);
  const { url: upstream } = await emulator.listen({ port: 0 });
  const path = `/v2/datasets/${dataset.facts.id}/items?format=csv&attachment=1`;
  const [direct, through] = [await ask(upstream + path), await ask((await proxyOf(upstream)) + path)];
  expect(through.headers['content-disposition']).toBe(direct.headers['content-disposition']);
  expect(through.bytes).toEqual(direct.bytes);
});
