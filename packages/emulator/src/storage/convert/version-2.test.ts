import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emulated } from '../../testing/emulated.js';
import { openStorage } from '../open-storage.js';
import { convertStorage } from './convert.js';

const fixture = join(import.meta.dirname, '../../../../../test/fixtures/storage-v2');
let directory: string;
const warnings: string[] = [];
const convert = () => convertStorage(directory, (message) => warnings.push(message));
const all = { datasets: 2, keyValueStores: 2, requestQueues: 2, runs: 1, tasks: 1 };

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'convert-')), 'storage');
  await cp(fixture, directory, { recursive: true });
  warnings.length = 0;
});

afterEach(() => rm(join(directory, '..'), { recursive: true }));

test('a storage of version 2 is refused and not changed, and the error says how to convert it', async () => {
  const before = await readFile(join(directory, 'storage.json'), 'utf8');
  await expect(openStorage(directory)).rejects.toThrow(
    `got a storage of version 2, expected a storage of version 3; convert it with: dataset-items convert-storage ${directory}`,
  );
  expect(await readFile(join(directory, 'storage.json'), 'utf8')).toBe(before);
});

test('a converted storage of version 2 has all its data, and cannot be converted again', async () => {
  expect(await convert()).toEqual(all);
  await expect(convert()).rejects.toThrow(
    'got a storage of version 3, expected a storage of version 1 or 2; there is nothing to convert',
  );

  const { ask, emulator } = await emulated({
    storage: directory,
    actors: { shop: async () => {} },
    allowPrivateWebhooks: true,
    onNotice: (line) => warnings.push(line),
  });
  const data = async (line: string) => (await ask(line)).body.data;
  expect(await data('GET /v2/datasets/books')).toMatchObject({
    title: 'Books',
    itemCount: 4,
    fields: ['n', 'author/name', 'author/#id', 'author', 'tags/0', 'tags/1', '#hidden'],
  });
  expect((await ask('GET /v2/datasets/books/items')).body).toEqual([
    { n: 0, author: { name: 'one', '#id': 7 } },
    { n: 1, tags: ['a', 'b'] },
    { n: 2, author: 'two' },
    { n: 3, '#hidden': 1 },
  ]);
  expect((await data('GET /v2/datasets/books/statistics')).fieldStatistics).toMatchObject({
    n: { min: 0, max: 3, nullCount: 0, emptyCount: 0 },
    author: { min: 2, max: 3, emptyCount: 2 },
  });
  expect((await ask('GET /v2/datasets/gone')).status).toBe(404);
  expect(await data('GET /v2/datasets/crawled')).toMatchObject({ itemCount: 2, fields: ['n', 'page/url'] });
  expect((await ask('GET /v2/key-value-stores/pages/records/OUTPUT')).text).toBe('{"pages":2}');
  const page = await ask('GET /v2/key-value-stores/pages/records/page.html');
  expect([page.text, page.headers.get('content-type')]).toEqual([`<p>${'x'.repeat(5000)}</p>`, 'text/html']);
  expect(await data('GET /v2/request-queues/links')).toMatchObject({ totalRequestCount: 4, handledRequestCount: 1 });
  // Its lock, too.
  const locked = (await data('GET /v2/request-queues/links/requests?filter=locked')).items;
  expect(locked).toMatchObject([{ url: 'http://c/' }]);
  const prolong = `PUT /v2/request-queues/links/requests/${locked[0].id}/lock?lockSecs=600&clientKey=`;
  expect([(await ask(`${prolong}you`)).status, (await ask(`${prolong}me`)).status]).toEqual([409, 200]);
  expect(await data('POST /v2/request-queues/links/head/lock?lockSecs=600&clientKey=you')).toMatchObject({
    items: [{ url: 'http://b/' }, { url: 'http://d/' }],
  });
  expect((await ask('GET /v2/actor-tasks/tables/input')).body).toEqual({ what: 'table' });
  const [run] = (await data('GET /v2/actor-tasks/tables/runs')).items;
  expect(run).toMatchObject({ status: 'SUCCEEDED' });
  expect((await ask(`GET /v2/actor-runs/${run.id}/dataset/items`)).body).toEqual([{ name: 'Oak table', size: { cm: 90 } }]);
  expect((await ask(`GET /v2/actor-runs/${run.id}/log`)).text).toMatch(/ looking\n$/);
  expect((await data('GET /v2/webhook-dispatches')).items).toMatchObject([
    { status: 'FAILED', eventData: { actorRunId: run.id }, webhook: { requestUrl: 'http://127.0.0.1:9/' } },
  ]);
  // And it goes on.
  expect((await ask('POST /v2/datasets/books/items', [{ n: 4, author: { name: 'x' } }])).status).toBe(201);
  expect(await data('GET /v2/datasets/books')).toMatchObject({ itemCount: 5, cleanItemCount: 5 });
  expect(warnings).toEqual([]);
  await emulator.close();
});

test('an interrupted conversion can be repeated', async () => {
  const before = await readFile(join(directory, 'storage.json'), 'utf8');
  await convert();
  // As if the process had been killed before the last step.
  await writeFile(join(directory, 'storage.json'), before);
  expect([await convert(), warnings]).toEqual([all, []]);
});

test('damaged items are reported, and the rest is converted', async () => {
  const books = join(directory, 'datasets/qbS5EqPEcjWGknqQ7/items.jsonl');
  const text = await readFile(books, 'utf8');
  await writeFile(books, `${text.slice(0, 60)}\0${text.slice(61)}`);
  expect(await convert()).toEqual(all);
  expect(warnings).toEqual([
    expect.stringMatching(/items\.jsonl: has \d readable items, expected 4; its fields are not counted again$/),
  ]);
});
