import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage } from '@crawlee/memory-storage';
import { ApifyClient } from 'apify-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../index.js';

let directory: string;
let emulator: Emulator | undefined;
const notices: string[] = [];

async function serve(): Promise<ApifyClient> {
  await emulator?.close();
  emulator = await createEmulator({ storage: directory, fsync: 'never', onNotice: (line) => notices.push(line) });
  const { url } = await emulator.listen({ port: 0 });
  return new ApifyClient({ baseUrl: url, token: 'any' });
}

const crawlee = (writeMetadata: boolean): MemoryStorage => new MemoryStorage({ localDataDirectory: directory, writeMetadata });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crawlee-others-'));
  notices.length = 0;
});

afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
  expect(notices).toEqual([]);
  await rm(directory, { recursive: true });
});

describe.each([true, false])('a key-value store of Crawlee (metadata: %s)', (writeMetadata) => {
  const fill = async (): Promise<void> => {
    const storage = crawlee(writeMetadata);
    const { id } = await storage.keyValueStores().getOrCreate('pages');
    const store = storage.keyValueStore(id);
    await store.setRecord({ key: 'INPUT', value: { a: 1 } });
    await store.setRecord({ key: 'page-1', value: '<p>é</p>', contentType: 'text/html; charset=utf-8' });
    await store.setRecord({ key: 'image', value: Buffer.from([1, 2, 3]), contentType: 'image/png' });
    await storage.teardown();
  };

  test('is read, written and listed where it is, and Crawlee reads what was written', async () => {
    await fill();
    const client = await serve();
    const found = (await client.keyValueStores().list()).items.map(({ name, id }) => ({ name, id }));
    expect(found).toEqual([{ name: 'pages', id: expect.any(String) }]);
    const store = client.keyValueStore(found[0]?.id ?? '');
    expect((await store.listKeys()).items.map(({ key, size }) => [key, size])).toEqual([
      ['INPUT', expect.any(Number)],
      ['image', 3],
      ['page-1', 9],
    ]);
    expect(await store.getRecord('INPUT')).toMatchObject({ value: { a: 1 } });
    expect(await store.getRecord('page-1')).toMatchObject({ value: '<p>é</p>', contentType: 'text/html; charset=utf-8' });
    expect((await store.getRecord('image', { buffer: true }))?.value).toEqual(Buffer.from([1, 2, 3]));
    await store.setRecord({ key: 'OUTPUT', value: { b: 2 } });
    await store.setRecord({ key: 'page-1', value: 'plain', contentType: 'text/plain; charset=utf-8' });
    await store.setRecord({ key: 'odd', value: 'x', contentType: 'application/x-odd' });
    await store.deleteRecord('image');
    expect(await store.getRecord('image')).toBeUndefined();
    expect(await store.getRecord('odd', { buffer: true })).toMatchObject({ contentType: 'application/x-odd' });
    expect((await store.listKeys({ limit: 1, exclusiveStartKey: 'INPUT' })).items.map(({ key }) => key)).toEqual(['OUTPUT']);
    const names = await readdir(join(directory, 'key_value_stores', 'pages'));
    expect(names.filter((name) => !name.includes('__metadata__')).sort()).toEqual([
      'INPUT.json',
      'OUTPUT.json',
      'odd.bin',
      'page-1.txt',
    ]);
    await emulator?.close();

    const storage = crawlee(writeMetadata);
    const { id } = await storage.keyValueStores().getOrCreate('pages');
    const again = storage.keyValueStore(id);
    expect((await again.getRecord('OUTPUT'))?.value).toEqual({ b: 2 });
    expect((await again.getRecord('page-1'))?.value).toBe('plain');
    expect(await again.getRecord('image')).toBeUndefined();
    await again.setRecord({ key: 'later', value: { c: 3 } });
    await storage.teardown();
    const later = (await serve()).keyValueStore(found[0]?.id ?? '');
    expect((await later.getRecord('later'))?.value).toEqual({ c: 3 });
    await later.delete();
    expect(await later.get()).toBeUndefined();
    await expect.poll(() => readdir(join(directory, 'key_value_stores'))).toEqual([]);
  });

  test('comes while the emulator runs', async () => {
    const client = await serve();
    await fill();
    await expect.poll(async () => (await client.keyValueStores().list()).items.map(({ name }) => name)).toEqual(['pages']);
    const [facts] = (await client.keyValueStores().list()).items;
    const store = client.keyValueStore(facts?.id ?? '');
    await expect.poll(async () => (await store.getRecord('INPUT'))?.value).toEqual({ a: 1 });
    await store.update({ name: 'renamed' });
    const again = await serve();
    expect((await again.keyValueStores().list()).items.map(({ name, id }) => [name, id])).toEqual([['renamed', facts?.id]]);
  });
});

describe.each([true, false])('a request queue of Crawlee (metadata: %s)', (writeMetadata) => {
  test('is read, locked and written where it is, and Crawlee goes on with it', async () => {
    const storage = crawlee(writeMetadata);
    const { id } = await storage.requestQueues().getOrCreate('links');
    const queue = storage.requestQueue(id);
    for (const name of ['a', 'b', 'c']) await queue.addRequest({ url: `http://${name}/`, uniqueKey: name, userData: { name } });
    const done = await queue.addRequest({ url: 'http://done/', uniqueKey: 'done' });
    await queue.updateRequest({
      id: done.requestId,
      url: 'http://done/',
      uniqueKey: 'done',
      handledAt: new Date().toISOString(),
    });
    await storage.teardown();

    const client = await serve();
    const [facts] = (await client.requestQueues().list()).items;
    expect(facts).toMatchObject({ name: 'links', totalRequestCount: 4, handledRequestCount: 1, pendingRequestCount: 3 });
    const served = client.requestQueue(facts?.id ?? '', { clientKey: 'me' });
    const other = client.requestQueue(facts?.id ?? '', { clientKey: 'other' });
    const urls = (requests: readonly { url: string }[]): string[] => requests.map(({ url }) => url.replace(/^http:..|\/$/g, ''));
    const uncertain = urls((await served.listHead({ limit: 10 })).items);
    expect(uncertain.toSorted()).toEqual(['a', 'b', 'c']);
    expect(await served.getRequest(done.requestId)).toMatchObject({ uniqueKey: 'done', handledAt: expect.anything() });
    const added = await served.addRequest({ url: 'http://d/', uniqueKey: 'd' });
    expect(await served.addRequest({ url: 'http://d/', uniqueKey: 'd' })).toEqual({ ...added, wasAlreadyPresent: true });
    await served.addRequest({ url: 'http://first/', uniqueKey: 'first' }, { forefront: true });
    await served.batchAddRequests([
      { url: 'http://e/', uniqueKey: 'e' },
      { url: 'http://f/', uniqueKey: 'f' },
    ]);
    expect(urls((await served.listHead({ limit: 10 })).items)).toEqual(['first', ...uncertain, 'd', 'e', 'f']);
    const locked = (await served.listAndLockHead({ limit: 2, lockSecs: 600 })).items;
    expect(urls(locked)).toEqual(['first', uncertain[0]]);
    const [first, second] = locked.map((one) => one.id);
    expect(urls((await other.listAndLockHead({ limit: 1, lockSecs: 600 })).items)).toEqual([uncertain[1]]);
    await expect(other.deleteRequestLock(first ?? '')).rejects.toThrow('not locked by this client');
    await served.prolongRequestLock(first ?? '', { lockSecs: 700 });
    await served.deleteRequestLock(second ?? '', { forefront: true });
    await served.updateRequest({
      id: first ?? '',
      url: 'http://first/',
      uniqueKey: 'first',
      handledAt: new Date().toISOString(),
    });
    await served.deleteRequest(added.requestId);
    expect(await served.get()).toMatchObject({ totalRequestCount: 7, handledRequestCount: 2, hadMultipleClients: true });
    const all: string[] = [];
    for await (const page of served.paginateRequests({ maxPageLimit: 2 })) all.push(...urls(page.items));
    expect(all.toSorted()).toEqual(['a', 'b', 'c', 'done', 'e', 'f', 'first']);
    expect(JSON.parse(await readFile(join(directory, 'request_queues', 'links', `${first}.json`), 'utf8'))).toMatchObject({
      orderNo: null,
      uniqueKey: 'first',
    });
    await emulator?.close();

    const again = crawlee(writeMetadata);
    const links = again.requestQueue((await again.requestQueues().getOrCreate('links')).id);
    expect((await links.getRequest(first ?? ''))?.handledAt).toBeDefined();
    // What the other client has locked is locked for Crawlee too.
    const free = urls((await links.listAndLockHead({ limit: 10, lockSecs: 60 })).items);
    expect(free.toSorted()).toEqual([uncertain[0], uncertain[2], 'e', 'f'].toSorted());
    await again.teardown();
    const last = (await serve()).requestQueue(facts?.id ?? '');
    await last.delete();
    await expect.poll(() => readdir(join(directory, 'request_queues'))).toEqual([]);
  });
});
