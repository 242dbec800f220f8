import type { Dataset } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { emulate, products, schema, versions } from './emulated.js';

const { url } = await emulate();

describe.each(versions)('datasets with apify-client $version', ({ version, connect }) => {
  const client = connect(url);
  const named = (name: string): string => `${name}-${version.replaceAll('.', '-')}`;

  it('getOrCreate: new, then the same; get by id, by name, by user and name', async () => {
    const created = await client.datasets().getOrCreate(named('made'));
    expect(created).toMatchObject({ name: named('made'), itemCount: 0, cleanItemCount: 0 });
    expect(created.id).toMatch(/^[0-9A-Za-z]{17}$/);
    expect(created.createdAt).toBeInstanceOf(Date);
    expect((await client.datasets().getOrCreate(named('made'))).id).toBe(created.id);
    const { username } = await client.user('me').get();
    for (const id of [created.id, named('made'), `${username}/${named('made')}`]) {
      expect((await client.dataset(id).get())?.id).toBe(created.id);
    }
  });

  it('getOrCreate with a schema: its views can be used', async () => {
    const { id } = await client.datasets().getOrCreate(named('schema'), { schema });
    await client.dataset(id).pushItems([...products]);
    const { items } = await client.dataset(id).listItems({ view: 'overview' });
    expect(items).toEqual([
      { id: 1, name: 'Oak "table"' },
      { id: 2, name: '日本, 椅子' },
    ]);
  });

  it('getOrCreate without a name: a new one each time', async () => {
    const [one, other] = [await client.datasets().getOrCreate(), await client.datasets().getOrCreate()];
    expect(one.id).not.toBe(other.id);
    expect(one.name ?? '').toBe('');
  });

  it('update: name and title; get; delete: it no longer exists', async () => {
    const { id } = await client.datasets().getOrCreate(named('before'));
    const updated = await client.dataset(id).update({ name: named('after'), title: 'After' });
    expect(updated).toMatchObject({ id, name: named('after'), title: 'After' });
    expect(await client.dataset(named('before')).get()).toBeUndefined();
    expect(await client.dataset(named('after')).get()).toMatchObject({ id, title: 'After' });
    await client.dataset(id).delete();
    expect(await client.dataset(id).get()).toBeUndefined();
  });

  it('list: paging, order, with unnamed datasets', async () => {
    const { id: nameless } = await client.datasets().getOrCreate();
    await client.datasets().getOrCreate(named('listed'));
    const all = await client.datasets().list({ unnamed: true });
    const withName = await client.datasets().list();
    const idsOf = (datasets: readonly Dataset[]): string[] => datasets.map(({ id }) => id);
    expect(idsOf(all.items)).toContain(nameless);
    expect(idsOf(withName.items)).not.toContain(nameless);
    expect(all).toMatchObject({ total: all.items.length, count: all.items.length, offset: 0, desc: false });
    const last = await client.datasets().list({ unnamed: true, desc: true, limit: 2, offset: 1 });
    expect(last).toMatchObject({ total: all.total, count: 2, offset: 1, limit: 2, desc: true });
    expect(idsOf(last.items)).toEqual(idsOf(all.items).reverse().slice(1, 3));
  });

  const pushes: readonly [
    what: string,
    pushed: Parameters<ReturnType<typeof client.dataset>['pushItems']>[0],
    stored: unknown[],
  ][] = [
    ['one object', { a: 1 }, [{ a: 1 }]],
    ['an array', [{ a: 1 }, {}], [{ a: 1 }, {}]],
    ['a text that is JSON, as it is', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['an empty array', [], []],
    [
      'what the client compresses',
      Array.from({ length: 500 }, (_, a) => ({ a })),
      Array.from({ length: 500 }, (_, a) => ({ a })),
    ],
  ];
  it.each(pushes)('pushItems: %s', async (_, pushed, stored) => {
    const dataset = client.dataset((await client.datasets().getOrCreate()).id);
    await dataset.pushItems(pushed);
    expect((await dataset.listItems()).items).toEqual(stored);
    expect((await dataset.get())?.itemCount).toBe(stored.length);
  });

  it('get after a push: counts, fields, size; getStatistics', async () => {
    const dataset = client.dataset((await client.datasets().getOrCreate()).id);
    await dataset.pushItems([...products]);
    expect(await dataset.get()).toMatchObject({ itemCount: 6, cleanItemCount: 4 });
    expect((await dataset.get())?.fields).toEqual(
      expect.arrayContaining(['id', 'name', 'price/amount', 'reviews/0/rating', 'sold']),
    );
    expect((await dataset.get())?.stats.storageBytes).toBeGreaterThan(100);
    const statistics = await dataset.getStatistics();
    expect(statistics?.fieldStatistics.id).toMatchObject({ min: 1, max: 6, nullCount: 0, emptyCount: 2 });
    expect(statistics?.fieldStatistics.price).toMatchObject({ nullCount: 1, emptyCount: 3 });
  });
});

describe('createItemsPublicUrl', () => {
  const [newest] = versions;
  const client = newest?.connect(url);

  it('works without a token, with the query for which it was made', async () => {
    const dataset = client?.dataset((await client.datasets().getOrCreate()).id);
    await dataset?.pushItems([...products]);
    const made = await dataset?.createItemsPublicUrl({
      fields: ['id', 'name'],
      limit: 2,
      desc: true,
      skipEmpty: true,
      expiresInSecs: 60,
    });
    expect(made).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/datasets\/\w+\/items\?signature=[\w-]+&/);
    const response = await fetch(`${made}`);
    expect(await response.json()).toEqual([{ id: 6, name: '=1+1 <b>&amp;</b>' }]);
  });

  it('equals `itemsPublicUrl` if no query is given', async () => {
    const dataset = client?.dataset((await client.datasets().getOrCreate()).id);
    await dataset?.pushItems({ a: 1 });
    expect((await dataset?.get())?.itemsPublicUrl).toBe(await dataset?.createItemsPublicUrl());
    expect(await (await fetch(`${await dataset?.createItemsPublicUrl()}`)).json()).toEqual([{ a: 1 }]);
  });
});
