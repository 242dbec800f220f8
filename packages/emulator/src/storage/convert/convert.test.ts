import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StorageInUseError, StorageVersionError } from '../../store/errors.js';
import { emulated } from '../../testing/emulated.js';
import { openStorage } from '../open-storage.js';
import { convertStorage } from './convert.js';

const fixture = join(import.meta.dirname, '../../../../../test/fixtures/storage-v1');
const actors = { shop: async () => {} };
let directory: string;
const warnings: string[] = [];
const convert = () => convertStorage(directory, (message) => warnings.push(message));

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'convert-')), 'storage');
  await cp(fixture, directory, { recursive: true });
  warnings.length = 0;
});

afterEach(() => rm(join(directory, '..'), { recursive: true }));

test('a storage of version 1 is refused, and the error says how to convert it', async () => {
  await expect(openStorage(directory)).rejects.toThrow(StorageVersionError);
  await expect(openStorage(directory)).rejects.toThrow(`convert it with: dataset-items convert-storage ${directory}`);
});

test('a converted storage of version 1 has all its data, and cannot be converted again', async () => {
  expect(await convert()).toEqual({ datasets: 3, keyValueStores: 2, requestQueues: 2, runs: 1, tasks: 1 });
  expect(warnings).toEqual([]);
  expect((await readdir(directory)).sort()).toEqual(['database', 'datasets', 'runs', 'storage.json']);
  await expect(convert()).rejects.toThrow('there is nothing to convert');

  const { ask, emulator } = await emulated({ storage: directory, actors, onNotice: (line) => warnings.push(line) });
  const data = async (line: string) => (await ask(line)).body?.data;
  expect(await data('GET /v2/datasets/books')).toMatchObject({
    title: 'Books',
    itemCount: 4,
    cleanItemCount: 4,
    fields: ['n', 'text', '#hidden'],
  });
  expect((await ask('GET /v2/datasets/books/items')).body).toEqual([
    { n: 0, text: 'one' },
    { n: 1, text: 'zwei' },
    { n: 2 },
    { n: 3, '#hidden': 1 },
  ]);
  expect((await ask('GET /v2/datasets/books/items?desc=1&limit=1')).body).toEqual([{ n: 3, '#hidden': 1 }]);
  expect((await ask('GET /v2/datasets/crawled/items')).body).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect((await ask('GET /v2/key-value-stores/pages/records/OUTPUT')).text).toBe('{"pages":2}');
  const page = await ask('GET /v2/key-value-stores/pages/records/page.html');
  expect([page.text, page.headers.get('content-type')]).toEqual(['<p>hello</p>', 'text/plain']);
  const head = (await data('GET /v2/request-queues/links/head')).items;
  expect(head.map(({ url, retryCount }) => `${url} ${retryCount}`)).toEqual(['http://e/ 0', 'http://d/ 0', 'http://c/ 1']);
  expect(await data('GET /v2/request-queues/links')).toMatchObject({ totalRequestCount: 4, handledRequestCount: 1 });
  const listed = (await data('GET /v2/request-queues/links/requests')).items;
  expect(listed.map(({ url }) => url)).toEqual(['a', 'c', 'd', 'e'].map((name) => `http://${name}/`));
  expect(await data('GET /v2/actor-tasks/tables/input')).toBeUndefined();
  expect((await ask('GET /v2/actor-tasks/tables/input')).body).toEqual({ what: 'table' });
  const [run] = (await data('GET /v2/actor-runs')).items;
  expect(run).toMatchObject({ status: 'SUCCEEDED' });
  expect((await ask(`GET /v2/actor-runs/${run.id}/dataset/items`)).body).toEqual([{ name: 'Oak table' }]);
  expect((await ask(`GET /v2/actor-runs/${run.id}/log`)).text).toMatch(/ looking\n$/);
  // And it goes on.
  expect((await ask('POST /v2/datasets/books/items', [{ n: 4 }])).status).toBe(201);
  expect((await ask('GET /v2/datasets/books/items?offset=3')).body).toEqual([{ n: 3, '#hidden': 1 }, { n: 4 }]);
  expect(
    (await ask('POST /v2/request-queues/links/requests', { url: 'http://e/', uniqueKey: 'e' })).body.data.wasAlreadyPresent,
  ).toBe(true);
  expect(warnings).toEqual([]);
  await emulator.close();
});

test('damaged data is reported and the rest is converted; an interrupted conversion can be repeated', async () => {
  const stores = join(directory, 'key-value-stores');
  const pages = (await readdir(stores)).find((name) => name.startsWith('8H8')) ?? '';
  const output = (await readdir(join(stores, pages))).find((name) => name.startsWith('OUTPUT')) ?? '';
  await writeFile(join(stores, pages, output), 'half');
  const books = join(directory, 'datasets', 'sxigO89D14QrN1zJ2', 'items.jsonl');
  await writeFile(books, (await readFile(books)).subarray(0, 40));
  await cp(fixture, join(directory, 'database'), { recursive: true });
  await cp(fixture, join(directory, '.converting'), { recursive: true });
  expect(await convert()).toMatchObject({ datasets: 3, keyValueStores: 2 });
  expect(warnings).toEqual([
    expect.stringMatching(/items\.jsonl: has 40 bytes, expected \d+/),
    expect.stringMatching(/OUTPUT\.\w+\.record: is not a complete record; it is kept as .*not-converted/),
  ]);
  const { keyValues, close } = await openStorage(directory);
  expect((await keyValues.find('pages')?.keys())?.items.map(({ key }) => key)).toEqual(['page.html']);
  await close();
});

test('a directory that a process of version 1 uses is not changed', async () => {
  const holder = { pid: process.pid, host: hostname(), since: '2030-01-01T00:00:00.000Z' };
  await writeFile(join(directory, '.dataset-items', 'lock'), JSON.stringify(holder));
  await expect(convert()).rejects.toThrow(StorageInUseError);
});

test('a storage of a later version is refused and not changed', async () => {
  await convert();
  const path = join(directory, 'storage.json');
  const session = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ version: 4, more: session.commit }));
  await expect(openStorage(directory)).rejects.toThrow(
    'got a storage of version 4, expected a storage of version 3; open it with the release that wrote it',
  );
  await expect(convert()).rejects.toThrow(
    'got a storage of version 4, expected a storage of version 1 or 2; there is nothing to convert',
  );
});
