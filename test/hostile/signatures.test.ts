import { describe, expect, it, onTestFinished } from 'vitest';
import { accessRules } from '../../packages/emulator/src/access/rules.js';
import { createApp } from '../../packages/emulator/src/app.js';
import { inProcess } from '../../packages/emulator/src/caller.js';
import { openServices } from '../../packages/emulator/src/services.js';
import { type World, world } from './world.js';

/** Paths of a run's storages, including `last`. */
const places = ['actors/shop/runs/last', 'acts/shop/runs/last', 'actor-tasks/daily/runs/last'];

/** URLs of the keys of a store and of one of its records, with the signatures of the emulator. */
async function signedUrls({ inside }: Pick<World, 'inside'>, storeId: string): Promise<{ keys: string; record: string }> {
  const { keysPublicUrl } = await inside(`GET /v2/key-value-stores/${storeId}`);
  const { items } = await inside(`GET /v2/key-value-stores/${storeId}/keys`);
  return { keys: new URL(keysPublicUrl).search, record: new URL(items[0]?.recordPublicUrl ?? '').search };
}

describe('A2: a signature gives access to what it was made for', () => {
  it('of the keys and a record of one run, and not to those of another run with `status` or `origin`', async () => {
    const { ask, inside, port } = await world({
      token: 'right',
      actors: { shop: { fixture: { output: 1 } }, broken: { fixture: { status: 'FAILED', output: 'secret' } } },
    });
    const old = await inside('POST /v2/acts/shop/runs?waitForFinish=60');
    await fetch(`http://127.0.0.1:${port}/v2/acts/shop/runs?waitForFinish=60&token=right`, {
      method: 'POST',
      headers: { 'x-apify-request-origin': 'CLI' },
    });
    const last = await inside('GET /v2/acts/shop/runs/last');
    expect([old.meta.origin, last.meta.origin]).toEqual(['API', 'CLI']);
    const ofLast = await signedUrls({ inside }, last.defaultKeyValueStoreId);
    const at = '/v2/acts/shop/runs/last/key-value-store';
    const status = async (line: string) => (await ask(line)).status;
    expect(await status(`GET ${at}/keys${ofLast.keys}`)).toBe(200);
    expect(await status(`GET ${at}/keys${ofLast.keys}&origin=CLI`)).toBe(200);
    expect(await status(`GET ${at}/keys${ofLast.keys}&origin=API`)).toBe(403);
    expect(await status(`GET ${at}/keys${ofLast.keys}&status=FAILED`)).toBe(403);
    expect(await status(`GET ${at}/records/OUTPUT${ofLast.record}`)).toBe(200);
    expect(await status(`GET ${at}/records/OUTPUT${ofLast.record}&origin=API`)).toBe(403);
    expect(await status(`GET ${at}/records/OUTPUT${ofLast.record}&status=FAILED`)).toBe(403);
    const ofOld = await signedUrls({ inside }, old.defaultKeyValueStoreId);
    expect(await status(`GET ${at}/keys${ofOld.keys}`)).toBe(403);
    expect(JSON.parse((await ask(`GET ${at}/keys${ofOld.keys}&origin=API`)).text).data.count).toBe(1);
  });

  it('to nothing but its own resource, by its own method', async () => {
    const made = await world({ token: 'right' });
    const { ask, inside } = made;
    await inside('POST /v2/datasets?name=other');
    await inside('POST /v2/key-value-stores?name=other');
    await inside('PUT /v2/key-value-stores/other/records/note', 'a secret record');
    await inside('PUT /v2/key-value-stores/shelf/records/second', 'a secret record');
    const shelf = await signedUrls(made, 'shelf');
    const items = new URL((await inside('GET /v2/datasets/box')).itemsPublicUrl).search;
    const opened = ['/v2/datasets/box/items', '/v2/key-value-stores/shelf/keys', '/v2/key-value-stores/shelf/records/note'];
    const others = [
      '/v2/datasets/box',
      '/v2/datasets/box/statistics',
      '/v2/datasets',
      '/v2/datasets/other/items',
      '/v2/key-value-stores/shelf',
      '/v2/key-value-stores/other/keys',
      '/v2/key-value-stores/other/records/note',
      '/v2/key-value-stores/shelf/records/second',
      '/v2/request-queues/line/head',
      '/v2/acts/shop/runs/last/dataset/items',
      '/v2/acts/shop/runs/last/key-value-store/keys',
      '/v2/acts/shop/runs/last/key-value-store/records/OUTPUT',
      '/_emulator/requests',
    ];
    const state = await made.state();
    const letIn: string[] = [];
    for (const [at, signature] of [items, shelf.keys, shelf.record].entries()) {
      for (const path of [...opened, ...others]) {
        if ((await ask(`GET ${path}${signature}`)).status < 400) letIn.push(`${at} ${path}`);
        for (const method of ['POST', 'PUT', 'DELETE']) {
          expect((await ask(`${method} ${path}${signature}`)).status).toBeGreaterThanOrEqual(401);
          expect((await ask(`GET ${path}${signature}&method=${method}`)).status).toBeGreaterThanOrEqual(401);
        }
      }
    }
    expect(letIn).toEqual(opened.map((path, at) => `${at} ${path}`));
    expect(await made.state()).toEqual(state);
  });

  it('for every caller: also for a page of another origin and under another name', async () => {
    const made = await world();
    const { ask, inside } = made;
    const items = new URL((await inside('GET /v2/datasets/box')).itemsPublicUrl).search;
    for (const headers of [
      { origin: 'http://evil.example' },
      { host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await ask(`GET /v2/datasets/box/items${items}`, headers);
      expect([
        answer.status,
        answer.headers['access-control-allow-origin'],
        answer.headers['cross-origin-resource-policy'],
      ]).toEqual([200, '*', undefined]);
      expect((await ask(`GET /v2/datasets/box/items${items}&view=none`, headers)).headers['access-control-allow-origin']).toBe(
        '*',
      );
      const asked = { ...headers, 'access-control-request-method': 'GET' };
      expect((await ask(`OPTIONS /v2/datasets/box/items${items}`, asked)).headers['access-control-allow-origin']).toBe('*');
      expect(
        (await ask(`OPTIONS /v2/datasets/box/items${items}`, { ...asked, 'access-control-request-method': 'POST' })).status,
      ).toBe(403);
      expect((await ask(`POST /v2/datasets/box/items${items}`, headers, '{}')).status).toBe(403);
      expect((await ask(`GET /v2/datasets/box/items${items}x`, headers)).status).toBe(403);
    }
  });

  it('the response is made of the checked resource, even if the name now belongs to another one', async () => {
    const options = { token: 'right' };
    const services = await openServices(options, { base: () => 'http://localhost', origin: () => 'http://localhost' });
    onTestFinished(() => services.close());
    const mine = await services.datasets.create({ name: 'box' });
    const other = await services.datasets.create({ name: 'other' });
    await mine.push([{ mine: 1 }]);
    await other.push([{ secret: 'item' }]);
    let found = 0;
    const datasets = { ...services.datasets, find: () => (found++ === 0 ? mine : other) };
    const app = createApp({ ...services, datasets }, accessRules(options));
    const asked = new Request('http://localhost/v2/datasets/box?token=right');
    const { data } = (await (await app(asked, inProcess)).json()) as { data: { itemsPublicUrl: string } };
    found = 0;
    const answer = await app(new Request(data.itemsPublicUrl), inProcess);
    expect([answer.status, await answer.json()]).toEqual([200, [{ mine: 1 }]]);
  });

  it('no signature gives access to a record whose key looks like the signed text of a store', async () => {
    const made = await world({ token: 'right' });
    const { ask, inside } = made;
    const { id } = await inside('GET /v2/key-value-stores/shelf');
    const key = `0.0.${id}`;
    await inside(`PUT /v2/key-value-stores/shelf/records/${key}`, 'a secret record');
    const [, , digest] = Buffer.from((await signedUrls(made, 'shelf')).keys.slice('?signature='.length), 'base64url')
      .toString()
      .split('.');
    expect((await ask(`GET /v2/key-value-stores/shelf/records/${key}?signature=${digest}`)).status).toBe(403);
  });
});

describe('A3: a caller without access does not learn what exists', () => {
  const pairs: readonly (readonly [there: string, notThere: string])[] = [
    ['/v2/datasets/box/items', '/v2/datasets/none/items'],
    ['/v2/datasets/me~box/items', '/v2/datasets/me~none/items'],
    ['/v2/key-value-stores/shelf/keys', '/v2/key-value-stores/none/keys'],
    ['/v2/key-value-stores/shelf/records/note', '/v2/key-value-stores/none/records/note'],
    ['/v2/key-value-stores/shelf/records/note', '/v2/key-value-stores/shelf/records/none'],
    ...places.flatMap((place): [string, string][] => [
      [`/v2/${place}/key-value-store/keys`, `/v2/${place.replace(/shop|daily/, 'none')}/key-value-store/keys`],
      [
        `/v2/${place}/key-value-store/records/OUTPUT`,
        `/v2/${place.replace(/shop|daily/, 'none')}/key-value-store/records/OUTPUT`,
      ],
      [`/v2/${place}/key-value-store/keys`, `/v2/${place}/key-value-store/keys?origin=CLI`],
    ]),
    ['/v2/datasets/box', '/v2/datasets/none'],
    ['/v2/acts/shop/runs', '/v2/acts/none/runs'],
    ['/v2/request-queues/line/head', '/v2/request-queues/none/head'],
    ['/v2/users/emulator', '/v2/users/none'],
  ];
  const ways: readonly (readonly [way: string, query: string, headers: Record<string, string>])[] = [
    ['nothing', '', {}],
    ['an invalid signature', 'signature=x', {}],
    ['a signature of another thing', `signature=${Buffer.from('0.0.abc').toString('base64url')}`, {}],
    ['a wrong token', 'token=wrong', {}],
    ['both', 'signature=x&token=wrong', {}],
    ['a signature and an invalid status', 'signature=x&status=NONE', {}],
    ['a signature and an invalid limit', 'signature=x&limit=-1', {}],
  ];
  const bare = [{ token: 'right' }, {}] as const;

  it.each(ways)('with %s', async (_, query, headers) => {
    for (const options of bare) {
      const { ask } = await world(options);
      // Without a token, this machine has access, but a page of another site does not.
      const sent = 'token' in options ? headers : { ...headers, origin: 'http://evil.example' };
      for (const [there, notThere] of pairs) {
        const join = (path: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;
        const [one, other] = [await ask(`GET ${join(there)}`, sent), await ask(`GET ${join(notThere)}`, sent)];
        const told = ({ status, headers: { date: __, ...rest }, text }: typeof one) => ({ status, rest, text });
        expect([there, told(one)]).toEqual([there, told(other)]);
        expect(one.status).toBeGreaterThanOrEqual(400);
      }
    }
  });

  it('a caller with access learns it', async () => {
    const { ask } = await world({ token: 'right' });
    for (const [there, notThere] of pairs) {
      const status = async (path: string) => (await ask(`GET ${path}`, { authorization: 'Bearer right' })).status;
      expect([there, await status(there), await status(notThere)]).toEqual([there, 200, 404]);
    }
  });
});
