import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { createEmulator } from '../emulator.js';
import { asking } from '../testing/emulated.js';

const emulator = await createEmulator({
  actors: {
    'apify/hello': { fixture: {}, title: 'Hello World', description: 'Says hello' },
    'apify/late': { fixture: {} },
    shop: { fixture: {}, folder: 'test/fixtures/actors/basic' },
  },
  tasks: { daily: { actor: 'shop' } },
});
afterAll(() => emulator.close());
const ask = asking((request) => emulator.fetch(request), 'http://localhost');

describe('the store', () => {
  it.each<[query: string, names: readonly string[], total?: number]>([
    ['', ['hello', 'late', 'shop']],
    ['limit=1&offset=1', ['late'], 3],
    ['search=hello', ['hello']],
    ['search=SAYS%20world', ['hello']],
    ['search=apify', ['hello', 'late']],
    ['search=nothing', []],
    ['username=apify', ['hello', 'late']],
    ['category=AI', []],
    ['pricingModel=FREE&search=late', ['late']],
    ['pricingModel=PAY_PER_EVENT&search=late', []],
    ['search=hello&allowsAgenticUsers=true&includeInputSchema=true&includeUnrunnableActors=true', ['hello']],
  ])('with %j', async (query, names, total = names.length) => {
    const list = (await ask(`GET /v2/store?${query}`)).body.data;
    expect([list.items.map(({ name }: { name: string }) => name), list.total]).toEqual([names, total]);
    expect(violations('ListOfStoreActors', list)).toEqual([]);
  });

  it('sorts, and shows agents fewer fields', async () => {
    await ask('POST /v2/acts/apify~late/runs?waitForFinish=60');
    const [first] = (await ask('GET /v2/store?sortBy=popularity')).body.data.items;
    expect([first.name, first.stats.totalRuns]).toEqual(['late', 1]);
    const [hello] = (await ask('GET /v2/store?responseFormat=agent')).body.data.items;
    expect(Object.keys(hello)).toEqual(['id', 'title', 'name', 'username', 'description', 'categories', 'stats']);
    expect((await ask('GET /v2/store?sortBy=x')).body.error.message).toMatch(/sortBy: got "x", expected one of relevance/);
  });
});

describe('an actor', () => {
  it.each<[name: string, settings: object, title: string | null, description: string | null]>([
    ['with neither', {}, null, null],
    ['with those of its file', { folder: 'test/fixtures/actors/shop' }, 'Shop', 'Finds what is asked for'],
    ['with its own', { folder: 'test/fixtures/actors/shop', title: 'Own', description: 'Mine' }, 'Own', 'Mine'],
  ])('%s has a title and a description', async (_, settings, title, description) => {
    const one = await createEmulator({ actors: { one: { fixture: {}, ...settings } } });
    onTestFinished(() => one.close());
    const shown = (await asking((request) => one.fetch(request), 'http://localhost')('GET /v2/actors/one')).body.data;
    expect([shown.title, shown.description]).toEqual([title, description]);
  });
});

describe('lists', () => {
  it('leave out what has no value', async () => {
    await ask('POST /v2/acts/shop/runs?waitForFinish=60');
    for (const kind of ['datasets', 'key-value-stores', 'request-queues']) await ask(`POST /v2/${kind}?name=a`);
    const lists = [
      ['acts', 'ListOfActors'],
      ['actor-tasks', 'ListOfTasks'],
      ['actor-runs', 'ListOfRuns'],
      ['datasets?unnamed=1', 'ListOfDatasets'],
      ['key-value-stores?unnamed=1', 'ListOfKeyValueStores'],
      ['request-queues?unnamed=1', 'ListOfRequestQueues'],
    ] as const;
    for (const [path, shape] of lists) {
      const list = (await ask(`GET /v2/${path}`)).body.data;
      const nulls = list.items.flatMap((one: object) =>
        Object.entries(one).flatMap(([name, value]) =>
          value === null && ['actorTaskId', 'title', 'name', 'sourceType'].includes(name) ? [name] : [],
        ),
      );
      expect([path, list.items.length > 0, nulls, violations(shape, list)]).toEqual([path, true, [], []]);
    }
    const run = (await ask('GET /v2/acts/shop/runs/last')).body.data;
    expect(Object.hasOwn(run, 'actorTaskId')).toBe(false);
  });

  it.each(['datasets', 'key-value-stores', 'request-queues'])('%s that others share: none', async (kind) => {
    await ask(`POST /v2/${kind}?name=own`);
    expect((await ask(`GET /v2/${kind}?ownership=sharedWithMe&unnamed=1`)).body.data).toMatchObject({ total: 0, items: [] });
    expect((await ask(`GET /v2/${kind}?ownership=ownedByMe`)).body.data.total).toBeGreaterThan(0);
    expect((await ask(`GET /v2/${kind}?ownership=all`)).body.error.message).toMatch(/ownership: got "all", expected one of/);
  });
});

it.each([
  ['POST /_emulator/fail-next?stauts=500', /stauts: got "500", expected a parameter that exists; did you mean `status`\?/],
  ['POST /_emulator/reset?x=1', /x: got "1", expected a parameter that exists/],
  ['GET /_emulator/health?x=1', /x: got "1"/],
])('%s is refused', async (line, message) => {
  const refused = await ask(line);
  expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringMatching(message)]);
});

it.each([
  'GET /_emulator/health?token=x',
  'POST /_emulator/fail-next?status=500&token=x&path=/nowhere',
  'GET /_emulator/fail-next?method=DELETE',
])('%s is accepted', async (line) => {
  expect((await ask(line)).status).toBeLessThan(300);
});
