import { Log, LogLevel } from '@crawlee/core';
import type { ActorRun } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { serve } from '../../packages/http/src/testing/serve.js';
import { emulate, versions } from '../clients/emulated.js';

const { url } = await emulate({
  allowPrivateWebhooks: true,
  actors: {
    'apify/hello': {
      title: 'Hello',
      command: ['node', '-e', "console.log('hello'); setTimeout(() => console.log('bye'), 300)"],
      builds: { beta: { number: '1.0.1', fixture: { output: { beta: true } } } },
    },
    shop: async ({ input, pushData, setValue, log }) => {
      log('looking');
      await pushData([{ n: 1 }, { n: 2 }, { n: 3 }]);
      await setValue('OUTPUT', { input: input ?? null });
    },
    broken: { fixture: { status: 'FAILED', statusMessage: 'out of stock', exitCode: 7 } },
    slow: { command: ['node', '-e', "console.log('waiting'); setInterval(() => {}, 1000)"] },
  },
  tasks: { daily: { actor: 'shop', input: { a: 1, b: 2 } }, endless: { actor: 'slow' } },
});

const guarded = await emulate({ token: 'secret' });

describe.each(versions)('runs with apify-client $version', ({ version, connect }) => {
  const client = connect(url);

  it('task: start, wait, last run, runs', async () => {
    const task = client.task('emulator/daily');
    const started = await task.start({ b: 3 }, { memory: 256, timeout: 60, waitForFinish: 5 });
    expect(started.startedAt).toBeInstanceOf(Date);
    const run = await client.run(started.id).waitForFinish();
    expect(run).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, options: { memoryMbytes: 256, timeoutSecs: 60 } });
    expect((await task.lastRun().get())?.id).toBe(run.id);
    expect((await task.lastRun({ status: 'SUCCEEDED' }).dataset().listItems({ limit: 1 })).items).toEqual([{ n: 1 }]);
    expect(await task.lastRun({ status: 'FAILED' }).get()).toBeUndefined();
    const { items, total } = await task.runs().list({ limit: 1, desc: true, status: 'SUCCEEDED' });
    expect([items[0]?.id, total]).toEqual([run.id, expect.any(Number)]);
    expect((await client.run(run.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual({ input: { a: 1, b: 3 } });
    expect((await client.run(run.id).keyValueStore().getRecord('INPUT'))?.value).toEqual({ a: 1, b: 3 });
  });

  it('task: call, and its items in every way', async () => {
    const run = await client.task('daily').call();
    expect(run.status).toBe('SUCCEEDED');
    expect((await client.run(run.id).dataset().listItems({ desc: true })).items).toEqual([{ n: 3 }, { n: 2 }, { n: 1 }]);
    expect((await client.dataset(run.defaultDatasetId).downloadItems('csv' as never)).toString()).toBe(
      '\ufeff"n"\r\n"1"\r\n"2"\r\n"3"\r\n',
    );
    expect(await client.dataset(run.defaultDatasetId).get()).toMatchObject({ actRunId: run.id, itemCount: 3 });
  });

  it('task: created, changed, its input, deleted', async () => {
    const name = `made-${version.replaceAll('.', '-')}`;
    const { id } = await client.tasks().create({ actId: 'shop', name, input: { a: 1 } as never, options: { memoryMbytes: 512 } });
    const task = client.task(id);
    expect(await task.get()).toMatchObject({ name, options: { memoryMbytes: 512 } });
    expect(await task.updateInput({ b: 2 } as never)).toEqual({ a: 1, b: 2 });
    expect(await task.getInput()).toEqual({ a: 1, b: 2 });
    expect(await task.update({ title: 'Made' })).toMatchObject({ title: 'Made', name });
    expect((await client.tasks().list({ desc: true, limit: 1 })).items[0]).toMatchObject({ id, actName: 'shop' });
    await task.delete();
    expect(await task.get()).toBeUndefined();
  });

  it('actor: get, list, call with its log', async () => {
    expect(await client.actor('apify/hello').get()).toMatchObject({ name: 'hello', username: 'apify', title: 'Hello' });
    expect((await client.actors().list()).items.map(({ name }) => name)).toContain('shop');
    const lines: string[] = [];
    const log = new Log({ level: LogLevel.DEBUG });
    log.info = (message: string) => void lines.push(message);
    const options = version === '2.12.0' ? {} : { log };
    const run = await client.actor('apify/hello').call(undefined, options as object);
    expect(run.status).toBe('SUCCEEDED');
    const logged = ['ACTOR: Starting build 0.0.1.', 'hello', 'bye'];
    if (version !== '2.12.0') expect(lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual(logged);
    expect((await client.log(run.id).get())?.replace(/^\S+Z /gm, '')).toBe(`${logged.join('\n')}\n`);
    expect((await client.actor('hello').lastRun().log().get())?.length).toBeGreaterThan(0);
  });

  it('actor: a build by tag or number; a build that does not exist', async () => {
    for (const build of ['beta', '1.0.1']) {
      const run = await client.actor('apify/hello').call(undefined, { build });
      expect(run.buildNumber).toBe('1.0.1');
      expect((await client.run(run.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual({ beta: true });
    }
    await expect(client.actor('apify/hello').start(undefined, { build: 'none' })).rejects.toMatchObject({
      statusCode: 403,
      type: 'unknown-build-tag',
    });
    expect(await client.actor('none').get()).toBeUndefined();
    await expect(client.actor('none').start()).rejects.toMatchObject({ statusCode: 404, type: 'record-not-found' });
  });

  it('actor: a run that fails', async () => {
    const run = await client.actor('broken').call();
    expect(run).toMatchObject({ status: 'FAILED', exitCode: 7, statusMessage: 'out of stock' });
  });

  it('run: following its log, a message, abort, delete', async () => {
    const { id } = await client.task('endless').start();
    const stream = await client.run(id).log().stream();
    let text = '';
    for await (const chunk of stream ?? []) {
      text += String(chunk);
      if (text.includes('waiting')) break;
    }
    expect(text).toMatch(/^\S+Z ACTOR: Starting build 0\.0\.1\.\n\S+Z waiting\n/);
    expect(await client.run(id).waitForFinish({ waitSecs: 0 })).toMatchObject({ status: 'RUNNING' });
    expect(await client.run(id).update({ statusMessage: 'half-way' })).toMatchObject({ statusMessage: 'half-way' });
    await client.run(id).abort({ gracefully: true });
    const run: ActorRun = await client.run(id).waitForFinish();
    expect(run.status).toBe('ABORTED');
    expect(run.finishedAt).toBeInstanceOf(Date);
    await client.run(id).delete();
    expect(await client.run(id).get()).toBeUndefined();
    expect(await client.dataset(run.defaultDatasetId).get()).toBeUndefined();
  });

  it('runs: over all, by status and time', async () => {
    const { id, startedAt } = await client.actor('shop').call();
    const all = await client.runs().list({ desc: true, limit: 2 });
    expect([all.items[0]?.id, all.count, all.desc]).toEqual([id, 2, true]);
    if (version === '2.12.0') return;
    const both = await client
      .actor('shop')
      .runs()
      .list({ status: ['SUCCEEDED', 'FAILED'], startedAfter: startedAt });
    expect(both.items.map((run) => run.id)).toEqual([id]);
  });

  it('webhooks: received by a server, sent again if it was not ready', async () => {
    const heard: { eventType: string; resource: ActorRun }[] = [];
    let asked = 0;
    const requestUrl = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked += 1;
        if (asked > 1) heard.push(JSON.parse(body));
        response.writeHead(asked > 1 ? 200 : 503).end();
      });
    });
    const webhooks = [
      {
        eventTypes: ['ACTOR.RUN.FAILED'] as const,
        requestUrl,
        payloadTemplate: '{"eventType":{{eventType}},"resource":{{resource}}}',
      },
    ];
    const run = await client.actor('broken').call(undefined, { webhooks: webhooks as never });
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ eventType: 'ACTOR.RUN.FAILED', resource: { id: run.id, status: 'FAILED' } });
  });

  it('key-value stores: made, written, listed, read', async () => {
    const { id } = await client.keyValueStores().getOrCreate(`store-${version.replaceAll('.', '-')}`);
    const store = client.keyValueStore(id);
    await store.setRecord({ key: 'big', value: { text: 'x'.repeat(5000) } });
    await store.setRecord({ key: 'bytes', value: Buffer.from([0, 255]) as never, contentType: 'application/octet-stream' });
    expect((await store.getRecord('big'))?.value).toEqual({ text: 'x'.repeat(5000) });
    expect((await store.getRecord('bytes', { buffer: true }))?.value).toEqual(Buffer.from([0, 255]));
    expect([await store.recordExists('big'), await store.recordExists('none'), await store.getRecord('none')]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect((await store.listKeys({ limit: 1 })).items.map(({ key }) => key)).toEqual(['big']);
    if (version !== '2.12.0') {
      const owner = connect(guarded.url, 'secret');
      const shared = owner.keyValueStore((await owner.keyValueStores().getOrCreate('shared')).id);
      await shared.setRecord({ key: 'A', value: 1 });
      const [record, keys] = [await shared.getRecordPublicUrl('A'), await shared.createKeysPublicUrl()];
      expect(await (await fetch(record)).text()).toBe('1');
      expect(await (await fetch(keys)).json()).toMatchObject({ data: { items: [{ key: 'A', recordPublicUrl: record }] } });
      expect((await fetch(record.replace('records/A', 'records/B'))).status).toBe(403);
      expect((await fetch(record.replace(/\?.*/, ''))).status).toBe(401);
    }
    await store.deleteRecord('big');
    expect((await store.listKeys()).items.map(({ key }) => key)).toEqual(['bytes']);
    await store.delete();
    expect(await store.get()).toBeUndefined();
  });
});
