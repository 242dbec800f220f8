import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, StorageDamagedError, StorageInUseError } from '@dataset-items/emulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changes, queue, store } from './storage-changes.js';
import { type Served, serve } from './storage-process.js';

let directory: string;
let served: Served;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'hostile-storage-')), 'storage');
  served = await serve(directory);
});

afterEach(async () => {
  served.child.kill('SIGKILL');
  await rm(join(directory, '..'), { recursive: true, force: true });
});

async function restart(signal?: NodeJS.Signals): Promise<void> {
  await served.end(signal);
  served = await serve(directory);
}

/** Creates the initial content of the storage. */
async function prepare(): Promise<void> {
  for (const kind of ['datasets?name=books', 'key-value-stores?name=pages', 'request-queues?name=links']) {
    expect((await served.ask(`POST /v2/${kind}`)).status).toBe(201);
  }
  await served.ask('POST /v2/datasets/books/items', [{ n: 1 }]);
  await served.ask(`PUT ${store}/records/there`, 'value');
  await served.ask(`POST ${queue}/requests`, { url: 'http://there/', uniqueKey: 'there' });
  await served.ask('POST /v2/actor-tasks', { actId: 'shop', name: 'there' });
  await served.ask('POST /v2/acts/shop/runs?waitForFinish=60');
}

describe('memory never has a change that is not on disk (B1, B2)', () => {
  test.each(changes)('%s: %s', async (_, line, body, look, before, after) => {
    await prepare();
    let change = line;
    if (line.endsWith('runs/last')) {
      const { data } = JSON.parse((await served.ask('GET /v2/acts/shop/runs/last')).text);
      change = `DELETE /v2/actor-runs/${data.id}`;
    }
    const see = async (expected: string): Promise<void> => {
      const [status, ...text] = expected.split(' ');
      const seen = await served.ask(look);
      expect(seen).toMatchObject({ status: Number(status), text: expect.stringContaining(text.join(' ')) });
    };
    await see(before);
    served.limit('fsize', 1);
    for (const _ of ['first', 'again']) expect((await served.ask(change, body)).status).toBe(500);
    await see(before);
    served.limit('fsize', 'unlimited');
    await see(before);
    expect((await served.ask(change, body)).status).toBeLessThan(300);
    await see(after);
    await restart();
    await see(after);
    const files = await readdir(join(directory, 'large-records')).catch(() => []);
    expect(files).toHaveLength(body === 'x'.repeat(300_000) ? 1 : 0);
  });
});

test('the end of a run that could not be written is written when there is room again', async () => {
  const { data } = JSON.parse((await served.ask('POST /v2/acts/slow/runs')).text);
  const statusNow = async (waiting = ''): Promise<string> =>
    JSON.parse((await served.ask(`GET /v2/actor-runs/${data.id}${waiting}`)).text).data.status;
  await expect.poll(() => statusNow()).toBe('RUNNING');
  served.limit('fsize', 1);
  await writeFile(join(directory, '..', 'end'), '');
  expect(await statusNow('?waitForFinish=3')).toBe('RUNNING');
  served.limit('fsize', 'unlimited');
  expect(await statusNow('?waitForFinish=60')).toBe('SUCCEEDED');
  await restart('SIGKILL');
  expect(await statusNow()).toBe('SUCCEEDED');
});

describe('one damaged thing does not affect others (B3, B4, B5)', () => {
  test.each([
    ['a dataset', 'datasets', '/v2/datasets/books'],
    ['a key-value store', 'key-value-stores', store],
    ['a request queue', 'request-queues', queue],
  ])('%s whose entry is damaged is an error, and can be deleted', async (_, kind, path) => {
    await prepare();
    await served.end();
    const { database, close } = await openStorage(directory);
    const [key = ''] = (await database.keys({ name: kind } as never, '')).filter((name) => !name.includes('.'));
    await database.commit([{ key: `!${kind}!${key}.counts`, put: undefined }]);
    await close();
    served = await serve(directory);
    expect((await served.ask(`GET ${path}`)).status).toBe(422);
    for (const status of [204, 404]) expect((await served.ask(`DELETE ${path}`)).status).toBe(status);
    await restart();
    expect((await served.ask(`GET ${path}`)).status).toBe(404);
    expect((await served.ask(`POST /v2/${kind}?name=${path.split('/').at(-1)}`)).status).toBe(201);
  });

  test('a content type of any length is stored, for records and inputs', async () => {
    await prepare();
    const type = `text/plain; charset=utf-8; x=${'y'.repeat(9000)}`;
    expect((await served.ask(`PUT ${store}/records/long`, 'long', { 'content-type': type })).status).toBe(201);
    expect((await served.ask('POST /v2/acts/shop/runs?waitForFinish=60', 'input', { 'content-type': type })).status).toBe(201);
    await restart();
    for (const path of [`${store}/records/long`, '/v2/acts/shop/runs/last/key-value-store/records/INPUT']) {
      const answer = await served.ask(`GET ${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    }
    expect((await served.ask(`PUT ${store}/records/there`, 'again')).status).toBe(201);
  });

  test('a record whose file is damaged or missing is an error, and other records are served', async () => {
    await prepare();
    for (const key of ['flipped', 'gone', 'whole']) await served.ask(`PUT ${store}/records/${key}`, key.repeat(100_000));
    await served.end();
    const files = join(directory, 'large-records');
    for (const name of await readdir(files)) {
      const bytes = await readFile(join(files, name));
      if (bytes.toString('utf8', 0, 4) === 'gone') await rm(join(files, name));
      if (bytes.toString('utf8', 0, 4) === 'flip') await writeFile(join(files, name), bytes.fill(1, 1000, 1001));
    }
    served = await serve(directory);
    const statuses = ['flipped', 'gone', 'whole', 'there', 'nothing'].map(
      async (key) => (await served.ask(`GET ${store}/records/${key}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([422, 422, 200, 200, 404]);
    expect((await served.ask(`GET ${store}/keys`)).status).toBe(200);
    expect((await served.ask(`PUT ${store}/records/gone`, 'back')).status).toBe(201);
    expect((await served.ask(`GET ${store}/records/gone`)).text).toBe('back');
  });

  test('data that could not be read for lack of file descriptors can be read later', async () => {
    await prepare();
    await served.ask(`PUT ${store}/records/large`, 'x'.repeat(300_000));
    await restart();
    await served.ask('GET /v2/datasets');
    served.limit('nofile', 3);
    expect((await served.ask(`GET ${store}/records/large`)).status).toBe(500);
    served.limit('nofile', 1024);
    expect((await served.ask(`GET ${store}/records/large`)).status).toBe(200);
    expect((await served.ask(`GET ${store}/records/there`)).text).toBe('value');
  });
});

describe('a delete is one commit (B6)', () => {
  test('after an acknowledged deletion the data does not exist, however soon the process is killed', async () => {
    await prepare();
    const crawled = join(directory, 'datasets', 'crawled');
    await mkdir(crawled);
    for (let n = 1; n <= 500; n++) await writeFile(join(crawled, `${String(n).padStart(9, '0')}.json`), JSON.stringify({ n }));
    await restart();
    expect((await served.ask('GET /v2/datasets/crawled')).text).toContain('"itemCount":500');
    await Promise.all(Array.from({ length: 300 }, (_, n) => served.ask(`PUT ${store}/records/k${n}`, 'x')));
    await Promise.all(['/v2/datasets/crawled', store, '/v2/datasets/books'].map((path) => served.ask(`DELETE ${path}`)));
    await restart('SIGKILL');
    for (const path of ['/v2/datasets/crawled', store, '/v2/datasets/books'])
      expect((await served.ask(`GET ${path}`)).status).toBe(404);
    expect((await readdir(join(directory, 'datasets'))).filter((name) => name.startsWith('crawled'))).toEqual([]);
  });
});

describe('missing data is reported (B7, B8)', () => {
  test.each([
    ['the database', 'database', StorageDamagedError],
    ['its journal', 'database/000005.log', StorageDamagedError],
    ['its manifest', 'database/CURRENT', StorageDamagedError],
  ])('%s', async (_, path, error) => {
    await prepare();
    await served.end();
    const names = await readdir(join(directory, 'database'));
    const journal = names.find((name) => name.endsWith('.log')) ?? '';
    await rm(join(directory, path.endsWith('.log') ? `database/${journal}` : path), { recursive: true });
    await expect(openStorage(directory)).rejects.toThrow(error);
    const told: string[] = [];
    const { close } = await openStorage(directory, { acceptLoss: true, warn: (line) => told.push(line) });
    expect(told).not.toEqual([]);
    await close();
    await (await openStorage(directory)).close();
  });

  test('missing items are an error in every response about the dataset, which can be deleted', async () => {
    await prepare();
    await served.end();
    const [folder = ''] = (await readdir(join(directory, 'datasets'))).filter((name) =>
      existsSync(join(directory, 'datasets', name, 'items.jsonl')),
    );
    await writeFile(join(directory, 'datasets', folder, 'items.jsonl'), '');
    served = await serve(directory);
    for (const line of ['GET /v2/datasets/books', 'GET /v2/datasets/books/items', 'GET /v2/datasets/books/statistics']) {
      expect((await served.ask(line)).status).toBe(422);
    }
    expect((await served.ask('POST /v2/datasets/books/items', [{ n: 2 }])).status).toBe(422);
    expect((await served.ask('DELETE /v2/datasets/books')).status).toBe(204);
    expect((await served.ask('GET /v2/datasets/books')).status).toBe(404);
  });
});

test('a suspended process keeps its storage locked (B9)', async () => {
  await prepare();
  served.child.kill('SIGSTOP');
  await expect(openStorage(directory)).rejects.toThrow(StorageInUseError);
  await expect(openStorage(directory)).rejects.toThrow(`in use by process ${served.child.pid} on `);
  served.child.kill('SIGCONT');
  expect((await served.ask('GET /v2/datasets/books')).status).toBe(200);
});

test('runs keep their order, and the last run stays the last (B10)', async () => {
  await Promise.all(Array.from({ length: 24 }, () => served.ask('POST /v2/acts/shop/runs?waitForFinish=60')));
  const order = async (): Promise<string[]> =>
    JSON.parse((await served.ask('GET /v2/actor-runs')).text).data.items.map((run: { id: string }) => run.id);
  const before = await order();
  expect(before).toHaveLength(24);
  await restart();
  expect(await order()).toEqual(before);
  expect((await served.ask('GET /v2/acts/shop/runs/last')).text).toContain(before.at(-1));
});

test('files that kills leave behind are removed at the start (B11)', async () => {
  await prepare();
  await served.ask(`PUT ${store}/records/large`, 'x'.repeat(300_000));
  await served.end('SIGKILL');
  const strays = ['storage.json.123456789012', 'large-records/Ab3Ax0Cq8Fz1mKp2R', 'runs/Ab3Ax0Cq8Fz1mKp2R/log.txt'];
  await mkdir(join(directory, 'runs', 'Ab3Ax0Cq8Fz1mKp2R'), { recursive: true });
  for (const stray of strays) await writeFile(join(directory, stray), 'half');
  served = await serve(directory);
  for (const stray of strays) expect(existsSync(join(directory, stray))).toBe(false);
  expect((await served.ask(`GET ${store}/records/large`)).status).toBe(200);
});

test('a change in place of an item file of Crawlee is noticed (B12)', async () => {
  const crawled = join(directory, 'datasets', 'crawled');
  await mkdir(crawled, { recursive: true });
  const path = join(crawled, '000000001.json');
  await writeFile(path, '{"n":1}');
  await restart();
  const first = await served.ask('GET /v2/datasets/crawled/items');
  const etag = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await served.ask('GET /v2/datasets/crawled/items', undefined, etag)).status).toBe(304);
  await writeFile(path, '{"n":2}');
  const second = await served.ask('GET /v2/datasets/crawled/items', undefined, etag);
  expect([second.status, JSON.parse(second.text)]).toEqual([200, [{ n: 2 }]]);
});
