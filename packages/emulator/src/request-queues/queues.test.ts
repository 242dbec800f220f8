import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NameTakenError } from '../storage/index.js';
import { openQueueStore } from '../storage/testing/stores.js';
import { requestId } from './choose.js';
import { NotLockedError, type QueuedRequest, type StoredRequestQueue, type WantedRequest } from './index.js';

const scratch = await mkdtemp(join(tmpdir(), 'request-queues-'));
let opened = 0;

afterAll(() => rm(scratch, { recursive: true }));

/** The kinds of stores. Each function opens an empty store. */
const stores: Record<string, () => ReturnType<typeof openQueueStore>> = {
  'in memory': () => openQueueStore(),
  'in files': () => openQueueStore(join(scratch, String(opened++)), { fsync: 'never' }),
};

const wanted = (...names: string[]): WantedRequest[] => names.map((name) => ({ url: `http://${name}/` }));
const namesOf = (requests: readonly QueuedRequest[]): string => requests.map(({ url }) => new URL(url).hostname).join(' ');
const idOf = (name: string): string => requestId(`http://${name}/`);
const handled = '2030-01-01T00:00:00.000Z';

async function head(queue: StoredRequestQueue): Promise<string> {
  return namesOf((await queue.head(100)).next);
}

async function hasLocks(queue: StoredRequestQueue): Promise<boolean> {
  return (await queue.head(0)).hasLocks;
}

const itself = <T>(one: T): T => one;

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

  test('keep requests in order, those at the front before all others, each unique key once', async () => {
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

  test('a handled request leaves the queue, and returns when it is marked as not handled', async () => {
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

  test('a locked request belongs to the client that locked it, until the lock expires', async () => {
    const store = await open();
    const queue = await store.create();
    await queue.add(wanted('a', 'b', 'c'));
    const [one, other] = [{ clientKey: 'one' }, { clientKey: 'other' }];
    const before = Date.now();
    const { next: locked } = await queue.lockHead(2, 600_000, one, itself);
    expect(namesOf(locked.map(({ request }) => request))).toBe('a b');
    expect(locked[0]?.lockExpiresAt.getTime()).toBeGreaterThanOrEqual(before + 600_000);
    expect(namesOf((await queue.lockHead(9, 1, other, itself)).next.map(({ request }) => request))).toBe('c');
    expect(await queue.counts()).toMatchObject({ hadMultipleClients: true });
    await expect.poll(() => queue.prolong(idOf('c'), 1, other).catch((error: Error) => error.name)).toBe('NotLockedError');
    await expect(queue.prolong(idOf('a'), 1000, other)).rejects.toThrow('another client has locked it');
    await expect(queue.unlock(idOf('c'), one)).rejects.toThrow(NotLockedError);
    await expect(queue.unlock('nothing', one)).rejects.toThrow('was not found');
    expect((await queue.prolong(idOf('a'), 900_000, one)).getTime()).toBeGreaterThanOrEqual(before + 900_000);
    const list = async (filter: 'locked' | 'pending') => namesOf((await queue.list({ limit: 9, filter: [filter] })).requests);
    expect([await list('locked'), await list('pending')]).toEqual(['a b', 'c']);
    await queue.unlock(idOf('b'), { ...one, forefront: true });
    expect(await head(queue)).toBe('b a c');
    expect([await hasLocks(queue), await queue.unlockAll(one), await hasLocks(queue)]).toEqual([true, 1, false]);
    expect(await head(queue)).toBe('b c a');
    await queue.lockHead(1, 600_000, one, itself);
    await queue.update({ id: idOf('b'), url: 'http://b/', handledAt: handled });
    expect(await hasLocks(queue)).toBe(false);
    await store.close();
  });

  test('are listed page by page, also if requests are deleted meanwhile', async () => {
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
    return [
      queue.facts,
      counts,
      (await queue.head(100)).next,
      (await queue.list({ limit: 100, filter: ['pending'] })).requests.length,
    ];
  };

  test('everything exists again, locks too until they expire', async () => {
    const directory = join(scratch, 'again');
    const first = await openQueueStore(directory, { fsync: 'always' });
    const queue = await first.create({ name: 'pages', runId: 'r' });
    await queue.add(wanted('a', 'b', 'c', 'd'));
    await queue.add(wanted('e'), { forefront: true });
    await queue.update({ id: idOf('a'), url: 'http://a/', handledAt: handled });
    await queue.delete([{ id: idOf('b') }]);
    await queue.lockHead(1, 600_000, { clientKey: 'one' }, itself);
    await queue.unlock(idOf('e'), { clientKey: 'one' });
    await queue.lockHead(1, 600_000, { clientKey: 'one' }, itself);
    await queue.lockHead(1, 1, { clientKey: 'one' }, itself);
    // The last lock has expired.
    await expect.poll(async () => (await queue.list({ limit: 9, filter: ['pending'] })).requests.length).toBe(2);
    const told = await dump(queue);
    await first.close();
    const second = await openQueueStore(directory);
    const again = second.find('pages');
    expect(again && (await dump(again))).toEqual([
      told[0],
      { ...(told[1] as object), hadMultipleClients: false },
      told[2],
      told[3],
    ]);
    expect((await again?.lockHead(5, 1000, { clientKey: 'two' }, itself))?.next).toMatchObject([
      { request: { id: idOf('d') } },
      { request: { id: idOf('e') } },
    ]);
    await expect(again?.prolong(idOf('c'), 1000, { clientKey: 'two' })).rejects.toThrow(NotLockedError);
    await again?.prolong(idOf('c'), 1000, { clientKey: 'one' });
    await again?.add(wanted('z'));
    expect(again && (await head(again))).toBe('c d e z');
    await second.remove(queue.facts.id);
    expect(second.list()).toEqual([]);
    await second.close();
  });
});
