import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NameTakenError } from '../storage/index.js';
import { fileQueues } from './file-store.js';
import {
  memoryQueues,
  NotLockedError,
  type QueuedRequest,
  type RequestQueueStore,
  type StoredRequestQueue,
  type WantedRequest,
} from './index.js';
import { requestId } from './queue.js';

const scratch = await mkdtemp(join(tmpdir(), 'request-queues-'));
let opened = 0;

afterAll(() => rm(scratch, { recursive: true }));

/** What every store promises; each opens an empty one. */
const stores: Record<string, () => Promise<RequestQueueStore>> = {
  'in memory': async () => memoryQueues(),
  'in files': () => fileQueues(join(scratch, String(opened++)), { fsync: 'never' }),
};

const wanted = (...names: string[]): WantedRequest[] => names.map((name) => ({ url: `http://${name}/` }));
const namesOf = (requests: readonly QueuedRequest[]): string => requests.map(({ url }) => new URL(url).hostname).join(' ');
const idOf = (name: string): string => requestId(`http://${name}/`);
const handled = '2030-01-01T00:00:00.000Z';

async function head(queue: StoredRequestQueue): Promise<string> {
  return namesOf(await queue.head(100));
}

describe.each(Object.entries(stores))('request queues %s', (_, open) => {
  test('are found by id and name, renamed and removed', async () => {
    const store = await open();
    const unnamed = await store.create({ id: 'run-queue', runId: 'r', actorId: 'a' });
    const named = await store.create({ name: 'pages' });
    expect(store.list()).toEqual([unnamed, named]);
    expect([store.find('pages'), store.find('run-queue'), store.find('nothing')]).toEqual([named, unnamed, undefined]);
    await expect(store.create({ name: 'pages' })).rejects.toThrow(NameTakenError);
    await expect(unnamed.rename({ name: 'pages' })).rejects.toThrow(NameTakenError);
    await named.rename({ name: 'sites', title: 'Sites' });
    expect(store.find('sites')?.facts).toMatchObject({ name: 'sites', title: 'Sites' });
    await store.remove('run-queue');
    expect(store.find('run-queue')).toBeUndefined();
    await expect(unnamed.add(wanted('a'))).rejects.toThrow('was removed');
    await store.close();
  });

  test('keep requests in order, what comes to the front before all others, each unique key once', async () => {
    const store = await open();
    const queue = await store.create();
    await queue.add(wanted('a', 'b', 'a'));
    await queue.add(wanted('f', 'g'), { forefront: true });
    const again = await queue.add([...wanted('b'), { url: 'http://b/', uniqueKey: 'other' }]);
    expect(again.map(({ wasAlreadyPresent }) => wasAlreadyPresent)).toEqual([true, false]);
    expect(await head(queue)).toBe('f g a b b');
    await queue.update({ id: idOf('a'), url: 'http://a/', retryCount: 1 });
    expect(await head(queue)).toBe('f g b b a');
    await queue.update({ id: idOf('b'), url: 'http://b/' }, { forefront: true });
    expect(await head(queue)).toBe('b f g b a');
    expect(await queue.get(idOf('a'))).toEqual({ id: idOf('a'), uniqueKey: 'http://a/', url: 'http://a/', retryCount: 1 });
    await store.close();
  });

  test('a request that is handled leaves the queue, and comes back when it is not', async () => {
    const store = await open();
    const queue = await store.create();
    await queue.add(wanted('a', 'b'));
    const done = { ...wanted('a')[0], id: idOf('a'), handledAt: handled } as WantedRequest & { id: string };
    expect(await queue.update(done)).toMatchObject({ wasAlreadyPresent: true, wasAlreadyHandled: false });
    expect(await queue.update(done)).toMatchObject({ wasAlreadyPresent: true, wasAlreadyHandled: true });
    expect(await queue.add(wanted('a'))).toMatchObject([{ wasAlreadyPresent: true, wasAlreadyHandled: true }]);
    expect(await queue.counts()).toMatchObject({ total: 2, handled: 1, hadMultipleClients: false });
    expect(await head(queue)).toBe('b');
    await queue.update({ ...done, handledAt: null });
    expect(await head(queue)).toBe('b a');
    expect(await queue.delete([{ id: idOf('a') }, { uniqueKey: 'http://b/' }, { id: 'nothing' }])).toHaveLength(2);
    expect(await queue.counts()).toMatchObject({ total: 0, handled: 0 });
    await store.close();
  });

  test('a locked request is for whoever locked it, until the lock ends', async () => {
    const store = await open();
    const queue = await store.create();
    await queue.add(wanted('a', 'b', 'c'));
    const [one, other] = [{ clientKey: 'one' }, { clientKey: 'other' }];
    const locked = await queue.lockHead(2, 60_000, one);
    expect(namesOf(locked.map(({ request }) => request))).toBe('a b');
    expect(locked[0]?.lockExpiresAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
    expect(namesOf((await queue.lockHead(9, 1, other)).map(({ request }) => request))).toBe('c');
    expect(await queue.counts()).toMatchObject({ hadMultipleClients: true });
    await expect.poll(() => queue.prolong(idOf('c'), 1, other).catch((error: Error) => error.name)).toBe('NotLockedError');
    await expect(queue.prolong(idOf('a'), 1000, other)).rejects.toThrow('another client has');
    await expect(queue.unlock(idOf('c'), one)).rejects.toThrow(NotLockedError);
    await expect(queue.unlock('nothing', one)).rejects.toThrow('was not found');
    expect((await queue.prolong(idOf('a'), 90_000, one)).getTime()).toBeGreaterThan(Date.now() + 80_000);
    const list = async (filter: 'locked' | 'pending') => namesOf((await queue.list({ limit: 9, filter: [filter] })).requests);
    expect([await list('locked'), await list('pending')]).toEqual(['a b', 'c']);
    await queue.unlock(idOf('b'), { ...one, forefront: true });
    expect(await head(queue)).toBe('b a c');
    expect([await queue.hasLocks(), await queue.unlockAll(one), await queue.hasLocks()]).toEqual([true, 1, false]);
    expect(await head(queue)).toBe('b c a');
    await queue.lockHead(1, 60_000, one);
    await queue.update({ id: idOf('b'), url: 'http://b/', handledAt: handled });
    expect(await queue.hasLocks()).toBe(false);
    await store.close();
  });

  test('are listed page by page, also when requests go meanwhile', async () => {
    const store = await open();
    const queue = await store.create();
    await queue.add(wanted('a', 'b', 'c', 'd'));
    const first = await queue.list({ limit: 2 });
    expect(namesOf(first.requests)).toBe('a b');
    await queue.delete([{ id: idOf('b') }]);
    const second = await queue.list({ limit: 2, cursor: first.nextCursor });
    expect([namesOf(second.requests), second.nextCursor]).toEqual(['c d', undefined]);
    expect(namesOf((await queue.list({ limit: 9, exclusiveStartId: idOf('c') })).requests)).toBe('d');
    await store.close();
  });
});

describe('in files', () => {
  const dump = async (queue: StoredRequestQueue): Promise<unknown[]> => {
    const { modifiedAt: _, ...counts } = await queue.counts();
    return [queue.facts, counts, await queue.head(100), (await queue.list({ limit: 100, filter: ['pending'] })).requests.length];
  };

  test('everything but locks is there again, also where the last change was torn', async () => {
    const directory = join(scratch, 'again');
    const first = await fileQueues(directory, { fsync: 'always' });
    const queue = await first.create({ name: 'pages', runId: 'r' });
    await queue.add(wanted('a', 'b', 'c', 'd'));
    await queue.add(wanted('e'), { forefront: true });
    await queue.update({ id: idOf('a'), url: 'http://a/', handledAt: handled });
    await queue.delete([{ id: idOf('b') }]);
    await queue.lockHead(1, 60_000);
    await queue.unlock(idOf('e'));
    const told = await dump(queue);
    await first.close();
    await appendFile(join(directory, queue.facts.id, 'requests.log.jsonl'), '{"put":{"id":"x"} \n');
    const warnings: string[] = [];
    const second = await fileQueues(directory, { warn: (message) => warnings.push(message) });
    const again = second.find('pages');
    expect(again && (await dump(again))).toEqual(told);
    expect(warnings.join()).toContain('cut');
    await again?.add(wanted('z'));
    expect(again && (await head(again))).toBe('c d e z');
    await second.remove(queue.facts.id);
    await second.close();
    expect(await readdir(directory)).toEqual([]);
  });

  test('a log of many changes is written anew', async () => {
    const directory = join(scratch, 'long');
    const first = await fileQueues(directory, { fsync: 'never' });
    const queue = await first.create({ name: 'busy' });
    await queue.add(wanted('a', 'b'));
    await Promise.all(Array.from({ length: 1200 }, (_, n) => queue.update({ id: idOf('a'), url: 'http://a/', retryCount: n })));
    await first.close();
    const path = join(directory, queue.facts.id, 'requests.log.jsonl');
    const before = (await stat(path)).size;
    const second = await fileQueues(directory, { fsync: 'never' });
    const again = second.find('busy');
    expect(again && (await head(again))).toBe('b a');
    expect((await again?.get(idOf('a')))?.retryCount).toBe(1199);
    expect((await stat(path)).size).toBeLessThan(before / 100);
    await second.close();
  });
});
