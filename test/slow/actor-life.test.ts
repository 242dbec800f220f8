import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { emulate, versions } from '../clients/emulated.js';
import { listen } from '../listen.js';
import { site } from '../runs/site.js';

const folder = fileURLToPath(new URL('../fixtures/actors/life', import.meta.url));
const command = ['node', 'main.mjs'];
const proxied = fileURLToPath(new URL('../fixtures/actors/proxied', import.meta.url));
const pricing = {
  pricingModel: 'PAY_PER_EVENT',
  pricingPerEvent: { actorChargeEvents: { page: { eventTitle: 'Page', eventPriceUsd: 0.1 } } },
} as const;
const { url } = await emulate({
  token: 'secret',
  actors: {
    life: { command, folder, pricing },
    'proxied-api': { command, folder: proxied, mode: 'api' },
    'proxied-local': { command, folder: proxied, mode: 'local' },
  },
});
const start = `${await listen(site)}/`;
const plain = asking(fetch, url);
const ask: typeof plain = (line, body, headers) => plain(line, body, { authorization: 'Bearer secret', ...headers });
const [newest] = versions;
if (newest === undefined) throw new Error('there is no client');
const client = newest.connect(url, 'secret');

/** The record, as soon as it is there. */
async function record(id: string, key: string): Promise<unknown> {
  for (;;) {
    const found = await client.run(id).keyValueStore().getRecord(key);
    if (found !== undefined) return found.value;
    await delay(50);
  }
}

/** Starts the actor, and waits until it listens. */
async function waiting(): Promise<string> {
  const { id } = await client.actor('life').start({ does: 'waits' });
  await record(id, 'READY');
  return id;
}

const items = async (id: string) => (await client.run(id).dataset().listItems()).items;

describe('an actor of the SDK, unmodified', () => {
  it('that is aborted gracefully handles the event and exits by itself', async () => {
    const id = await waiting();
    await client.run(id).abort({ gracefully: true });
    const run = await client.run(id).waitForFinish();
    expect(run).toMatchObject({ status: 'ABORTED', exitCode: 0 });
    expect([await record(id, 'ABORTING'), await record(id, 'PERSISTED')]).toEqual([true, { isMigrating: false }]);
  });

  it('gets the usage of its processes', async () => {
    const id = await waiting();
    expect(await record(id, 'SYSTEM')).toMatchObject({
      memCurrentBytes: expect.any(Number),
      isCpuOverloaded: expect.any(Boolean),
    });
    await client.run(id).abort();
    expect((await client.run(id).waitForFinish()).status).toBe('ABORTED');
  });

  it('that migrates is told, reboots itself and goes on', async () => {
    const id = await waiting();
    expect((await ask(`POST /_emulator/runs/${id}/migrate?timeRemainingSecs=600`)).status).toBe(200);
    const { status } = await client.run(id).waitForFinish();
    expect([status, await client.run(id).log().get()]).toEqual(['SUCCEEDED', expect.anything()]);
    expect([await record(id, 'MIGRATING'), await items(id)]).toEqual([true, [{ processes: 2 }]]);
    expect((await client.run(id).get())?.stats).toMatchObject({ rebootCount: 1, migrationCount: 0 });
  });

  it('reboots, and becomes a run of another actor', async () => {
    const rebooted = await client.actor('life').call({ does: 'reboots' }, { log: null });
    expect([rebooted.status, await items(rebooted.id)]).toEqual(['SUCCEEDED', [{ processes: 2 }]]);
    const became = await client.actor('life').call({ does: 'becomes', target: 'life', said: 'kůň' }, { log: null });
    expect(became).toMatchObject({ status: 'SUCCEEDED', metamorphs: [{ inputKey: 'INPUT-METAMORPH-1' }] });
    expect(await items(became.id)).toEqual([{ said: 'kůň', key: 'INPUT-METAMORPH-1' }, { processes: 2 }]);
  });

  it('goes on after its end', async () => {
    const { id } = await client.actor('life').call({ does: 'says' }, { log: null });
    expect(await client.run(id).resurrect({ memory: 512 })).toMatchObject({ options: { memoryMbytes: 512 } });
    expect(await client.run(id).waitForFinish()).toMatchObject({ status: 'SUCCEEDED', stats: { resurrectCount: 1 } });
    expect((await items(id)).at(-1)).toEqual({ processes: 2 });
  });

  it('charges for events, and opens a dataset by its alias', async () => {
    const run = await client.actor('life').call({ does: 'charges' }, { log: null });
    expect(run).toMatchObject({ status: 'SUCCEEDED', chargedEventCounts: { page: 2 }, usageTotalUsd: 0.2 });
    const { data } = (await ask(`GET /v2/actor-runs/${run.id}`)).body;
    expect((await client.dataset(data.storageIds.datasets.pages).listItems()).items).toEqual([{ chargedCount: 2 }]);
  });

  it.each(['api', 'local'])('crawls over the proxy in %s mode', async (mode) => {
    const run = await client.actor(`proxied-${mode}`).call({ start }, { log: null });
    expect([run.status, await items(run.id)]).toEqual(['SUCCEEDED', [{ url: start, title: expect.any(String) }]]);
    const { requests } = (await ask('GET /_emulator/proxy-requests')).body;
    expect(requests).toContainEqual(expect.objectContaining({ host: new URL(start).host, groups: ['TEST'], country: 'US' }));
  });
});
