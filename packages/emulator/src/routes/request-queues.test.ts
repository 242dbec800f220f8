import { ApifyClient } from 'apify-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../emulator.js';
import { emulated } from '../testing/emulated.js';

describe('request queues, asked by apify-client', () => {
  let emulator: Emulator;
  let client: ApifyClient;

  beforeAll(async () => {
    emulator = await createEmulator();
    const { url } = await emulator.listen();
    client = new ApifyClient({ baseUrl: url, token: 'any', maxRetries: 0 });
  });

  afterAll(() => emulator.close());

  const page = (n: number) => ({ url: `http://localhost/${n}`, uniqueKey: `page ${n}`, userData: { n } });

  it('are made, found, listed, changed and deleted', async () => {
    const made = await client.requestQueues().getOrCreate('pages');
    expect(made).toMatchObject({ name: 'pages', totalRequestCount: 0, handledRequestCount: 0, pendingRequestCount: 0 });
    expect(made.createdAt).toBeInstanceOf(Date);
    expect((await client.requestQueues().getOrCreate('pages')).id).toBe(made.id);
    const unnamed = await client.requestQueues().getOrCreate();
    for (const id of [made.id, 'pages', 'me~pages']) expect((await client.requestQueue(id).get())?.id).toBe(made.id);
    expect((await client.requestQueues().list()).items.map(({ id }) => id)).toEqual([made.id]);
    const all = await client.requestQueues().list({ unnamed: true, desc: true, limit: 5 });
    expect(all.items.map(({ id }) => id)).toEqual([unnamed.id, made.id]);
    expect(await client.requestQueue('pages').update({ name: 'sites', title: 'Sites' })).toMatchObject({ name: 'sites' });
    await expect(client.requestQueue(unnamed.id).update({ name: 'sites' })).rejects.toThrow('"sites"');
    await client.requestQueue('sites').delete();
    expect(await client.requestQueue(made.id).get()).toBeUndefined();
  });

  it('take requests one by one and in batches, and return them', async () => {
    const { id } = await client.requestQueues().getOrCreate();
    const queue = client.requestQueue(id);
    const added = await queue.addRequest(page(0));
    expect(added).toMatchObject({ wasAlreadyPresent: false, wasAlreadyHandled: false });
    const many = Array.from({ length: 60 }, (_, n) => page(n));
    const { processedRequests, unprocessedRequests } = await queue.batchAddRequests(many);
    expect([processedRequests.length, unprocessedRequests]).toEqual([60, []]);
    expect(processedRequests.filter(({ wasAlreadyPresent }) => wasAlreadyPresent).map(({ uniqueKey }) => uniqueKey)).toEqual([
      'page 0',
    ]);
    await queue.addRequest(page(99), { forefront: true });
    const { items } = await queue.listHead({ limit: 3 });
    expect(items[0]).toEqual({ id: expect.any(String), uniqueKey: 'page 99', url: page(99).url, method: 'GET', retryCount: 0 });
    expect(await queue.getRequest(added.requestId)).toEqual({ ...page(0), id: added.requestId });
    expect(await queue.getRequest('nothing')).toBeUndefined();
    const listed: string[] = [];
    for await (const { uniqueKey } of queue.listRequests({ limit: 40 })) listed.push(uniqueKey);
    expect(new Set(listed).size).toBe(40);
    let pages = 0;
    let seen = 0;
    for await (const { items: onPage } of queue.paginateRequests({ maxPageLimit: 25 })) {
      pages++;
      seen += onPage.length;
    }
    expect([pages >= 3, seen]).toEqual([true, 61]);
    const deleted = await queue.batchDeleteRequests([{ id: added.requestId }, { uniqueKey: 'page 1' }]);
    expect(deleted.processedRequests).toHaveLength(2);
    await queue.deleteRequest(items[0]?.id ?? '');
    expect(await queue.get()).toMatchObject({ totalRequestCount: 58, pendingRequestCount: 58 });
  });

  it('lock requests for one client, and refuse others', async () => {
    const { id } = await client.requestQueues().getOrCreate();
    const [mine, yours] = ['mine', 'yours'].map((clientKey) => client.requestQueue(id, { clientKey })) as [
      ReturnType<ApifyClient['requestQueue']>,
      ReturnType<ApifyClient['requestQueue']>,
    ];
    await mine.batchAddRequests([page(1), page(2)]);
    const before = Date.now();
    const locked = await mine.listAndLockHead({ limit: 1, lockSecs: 600.5 });
    expect(locked).toMatchObject({
      clientKey: 'mine',
      lockSecs: 600,
      queueHasLockedRequests: true,
      items: [{ uniqueKey: 'page 1' }],
    });
    expect(locked.items[0]?.lockExpiresAt).toBeInstanceOf(Date);
    const request = locked.items[0]?.id ?? '';
    await expect(yours.prolongRequestLock(request, { lockSecs: 5 })).rejects.toMatchObject({
      type: 'request-handled-or-locked',
    });
    await expect(mine.prolongRequestLock('nothing', { lockSecs: 5 })).rejects.toMatchObject({ type: 'record-not-found' });
    const { lockExpiresAt } = await mine.prolongRequestLock(request, { lockSecs: 1000, forefront: true });
    expect(lockExpiresAt.getTime()).toBeGreaterThanOrEqual(before + 1_000_000);
    expect((await mine.listRequests({ filter: ['locked'] })).items.map(({ uniqueKey }) => uniqueKey)).toEqual(['page 1']);
    await mine.deleteRequestLock(request, { forefront: true });
    expect((await yours.listAndLockHead({ lockSecs: 600 })).items).toHaveLength(2);
    expect(await yours.unlockRequests()).toEqual({ unlockedCount: 2 });
    expect(await mine.listAndLockHead({ lockSecs: 600 })).toMatchObject({ hadMultipleClients: true });
    const done = { ...page(1), id: request, handledAt: new Date().toISOString() };
    expect(await mine.updateRequest(done)).toMatchObject({ requestId: request, wasAlreadyHandled: false });
    expect(await mine.get()).toMatchObject({ handledRequestCount: 1, pendingRequestCount: 1 });
  });
});

describe('requests that a request queue refuses', () => {
  const path = '/v2/request-queues/q';
  it.each([
    ['for a queue that does not exist', 'GET /v2/request-queues/other', undefined, 404, 'Request queue was not found'],
    ['a request without a URL', `POST ${path}/requests`, { uniqueKey: 'a' }, 400, 'a request needs a `url`'],
    ['a unique key that is not text', `POST ${path}/requests`, { url: 'a', uniqueKey: 5 }, 400, 'must be text'],
    ['an array instead of a request', `POST ${path}/requests`, [], 400, 'got an array, expected a request'],
    ['a request instead of an array', `POST ${path}/requests/batch`, {}, 400, 'expected an array of requests'],
    ['too many', `POST ${path}/requests/batch`, Array(26).fill({ url: 'a' }), 400, 'got 26 requests, expected 1 to 25'],
    ['another id than the path', `PUT ${path}/requests/a`, { id: 'b', url: 'x' }, 400, 'expected the id of the path'],
    ['a new request without a URL', `PUT ${path}/requests/a`, { id: 'a' }, 400, 'needs a `url`'],
    ['a lock without a time', `POST ${path}/head/lock`, undefined, 400, 'lockSecs: got "", expected a number of seconds'],
    ['a time that is not a number', `POST ${path}/head/lock?lockSecs=soon`, undefined, 400, 'lockSecs: got "soon"'],
    ['an unknown filter', `GET ${path}/requests?filter=done`, undefined, 400, 'filter: got "done"'],
    ['to unlock a request that does not exist', `DELETE ${path}/requests/a/lock`, undefined, 404, 'Request was not found'],
  ])('%s', async (_, line, body, status, message) => {
    const { ask } = await emulated();
    await ask('POST /v2/request-queues?name=q');
    const answer = await ask(line, body);
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)]);
  });

  it('invalid requests of a batch are reported, the others are added', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/request-queues?name=q');
    const { body } = await ask(`POST ${path}/requests/batch`, [{ url: 'a' }, { uniqueKey: 'no url', method: 'POST' }]);
    expect(body.data).toMatchObject({
      processedRequests: [{ uniqueKey: 'a', wasAlreadyPresent: false }],
      unprocessedRequests: [{ uniqueKey: 'no url', method: 'POST' }],
    });
  });
});
