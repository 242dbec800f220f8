import { describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import type { FunctionCall } from '../runs/work.js';
import { type Ask, emulated } from '../testing/emulated.js';

const items = [{ n: 1, b: { c: 2 } }, { n: 2, '#hidden': 1 }, {}];

const actors = {
  shop: async ({ pushData, setValue, input, log }: FunctionCall) => {
    log('\x1b[32mgreen\x1b[0m');
    await pushData(items);
    await setValue('OUTPUT', { input: input ?? null });
  },
  broken: async () => {
    throw new Error('out of stock');
  },
  endless: ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  fixed: { fixture: { log: ['one', 'two'], output: { done: true } }, builds: { beta: { number: '1.2.3' } } },
};
const tasks = {
  daily: { actor: 'shop', title: 'Every day', input: { x: 1, y: 2 }, options: { memoryMbytes: 256 } },
  failing: { actor: 'broken' },
};
const json = { 'content-type': 'application/json' };
const started = () => emulated({ actors, tasks, runSyncTimeoutSecs: 0.2 });
const encoded = (value: unknown): string => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));

describe('a run that is started', () => {
  it.each(['/v2/actor-tasks/daily', '/v2/acts/shop', '/v2/actors/anyone~shop'])(
    'at %s: waited for, found, listed',
    async (at) => {
      const { ask } = await started();
      const run = await ask(
        `POST ${at}/runs?waitForFinish=60&timeout=10.5&memory=512&maxItems=7&maxTotalChargeUsd=0.5`,
        { z: 3 },
        json,
      );
      const { id } = run.body.data;
      expect([run.status, run.headers.get('location')]).toEqual([201, `http://localhost/v2/actor-runs/${id}`]);
      expect(run.body.data).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, buildNumber: '0.0.1', meta: { origin: 'API' } });
      expect(run.body.data.options).toEqual({
        build: 'latest',
        timeoutSecs: 11,
        memoryMbytes: 512,
        diskMbytes: 1024,
        maxItems: 7,
        maxTotalChargeUsd: 0.5,
        restartOnError: false,
      });
      expect(violations('Run', run.body.data)).toEqual([]);
      for (const path of [`/v2/actor-runs/${id}`, `/v2/actors/shop/runs/${id}`, `${at}/runs/last?status=SUCCEEDED&origin=API`]) {
        expect((await ask(`GET ${path}`)).body.data).toEqual(run.body.data);
      }
      for (const path of ['/v2/actor-runs', `${at}/runs`]) {
        const { data } = (await ask(`GET ${path}?status=SUCCEEDED,FAILED&desc=1`)).body;
        expect([data.total, data.items[0].id, violations('ListOfRuns', data)]).toEqual([1, id, []]);
        expect((await ask(`GET ${path}?status=ABORTED`)).body.data.total).toBe(0);
        expect((await ask(`GET ${path}?startedAfter=2100-01-01`)).body.data.total).toBe(0);
      }
      expect((await ask(`GET ${at}/runs/last?status=FAILED`)).status).toBe(404);
    },
  );

  it('its storages, by the run, by the last one, and by their own ids', async () => {
    const { ask } = await started();
    const { id, defaultDatasetId, defaultKeyValueStoreId } = (await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=9')).body
      .data;
    const places = [`/v2/actor-runs/${id}`, '/v2/actor-tasks/daily/runs/last', '/v2/acts/shop/runs/last'];
    for (const place of places) {
      expect((await ask(`GET ${place}/dataset`)).body.data).toMatchObject({ id: defaultDatasetId, itemCount: 3, actRunId: id });
      expect((await ask(`GET ${place}/dataset/items?clean=1&status=SUCCEEDED`)).text).toBe(
        (await ask(`GET /v2/datasets/${defaultDatasetId}/items?clean=1`)).text,
      );
      expect((await ask(`GET ${place}/dataset/statistics`)).body.data.fieldStatistics.n).toMatchObject({ min: 1, max: 2 });
      expect((await ask(`GET ${place}/key-value-store`)).body.data).toMatchObject({ id: defaultKeyValueStoreId, actRunId: id });
      expect((await ask(`GET ${place}/key-value-store/keys`)).body.data.items).toMatchObject([
        { key: 'INPUT' },
        { key: 'OUTPUT' },
      ]);
      expect((await ask(`GET ${place}/key-value-store/records/OUTPUT`)).body).toEqual({ input: { x: 1, y: 2 } });
    }
    expect((await ask(`POST /v2/actor-runs/${id}/dataset/items`, [{ n: 9 }])).status).toBe(201);
    expect((await ask(`GET /v2/datasets/${defaultDatasetId}`)).body.data.itemCount).toBe(4);
    expect(
      (await ask(`PUT /v2/actor-runs/${id}/key-value-store/records/MORE`, 'x', { 'content-type': 'text/plain' })).status,
    ).toBe(201);
    expect((await ask(`DELETE /v2/actor-runs/${id}`)).status).toBe(204);
    for (const path of [
      `actor-runs/${id}`,
      `datasets/${defaultDatasetId}`,
      `key-value-stores/${defaultKeyValueStoreId}`,
      `logs/${id}`,
    ]) {
      expect([path, (await ask(`GET /v2/${path}`)).status]).toEqual([path, 404]);
    }
  });

  it('its log: plain, raw, followed to its end, saved', async () => {
    const { ask } = await started();
    const { id } = (await ask('POST /v2/acts/shop/runs')).body.data;
    const followed = await ask(`GET /v2/actor-runs/${id}/log?stream=1`);
    expect(followed.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(followed.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z green\n$/);
    expect((await ask(`GET /v2/logs/${id}?raw=1`)).text).toContain('Z \x1b[32mgreen\x1b[0m\n');
    for (const path of [`/v2/logs/${id}`, '/v2/actors/shop/runs/last/log', `/v2/logs/${id}?stream=1`])
      expect((await ask(`GET ${path}`)).text).toBe(followed.text);
    expect((await ask(`HEAD /v2/logs/${id}?download=1`)).headers.get('content-disposition')).toBe(
      `attachment; filename="${id}.log"`,
    );
  });

  it('is aborted, and told what to say of itself', async () => {
    const { ask } = await started();
    const { id } = (await ask('POST /v2/acts/endless/runs')).body.data;
    const said = await ask(`PUT /v2/actor-runs/${id}`, { statusMessage: 'half-way', isStatusMessageTerminal: true });
    expect(said.body.data).toMatchObject({ statusMessage: 'half-way', isStatusMessageTerminal: true });
    expect((await ask(`PUT /v2/actor-runs/${id}`, { statusMessage: 7 })).body.error.message).toContain(
      'statusMessage: got a number, expected text',
    );
    expect((await ask(`DELETE /v2/actor-runs/${id}`)).body.error.type).toBe('cannot-remove-running-run');
    expect((await ask(`POST /v2/actor-runs/${id}/abort?gracefully=1`)).body.data.status).toMatch(/^ABORT/);
    const ended = await ask(`GET /v2/actor-runs/${id}?waitForFinish=999999`);
    expect(ended.body.data).toMatchObject({ status: 'ABORTED', statusMessage: 'half-way' });
    expect((await ask(`POST /v2/actor-runs/${id}/abort`)).body.data).toEqual(ended.body.data);
    expect(violations('Run', ended.body.data)).toEqual([]);
  });
});

describe('what is refused before a run starts', () => {
  const rows: [line: string, status: number, type: string, message: string, body?: unknown, headers?: Record<string, string>][] =
    [
      ['runs?memory=100', 400, 'invalid-parameter', 'memory: got "100", expected a power of 2 from 128 to 32768'],
      ['runs?memory=64', 400, 'invalid-parameter', 'expected a power of 2'],
      ['runs?timeout=-1', 400, 'invalid-parameter', 'timeout: got "-1", expected a number, 0 or more'],
      ['runs?maxItems=x', 400, 'invalid-parameter', 'maxItems: got "x"'],
      ['runs?build=gamma', 403, 'unknown-build-tag', 'Build with tag "gamma" was not found; there are: latest (0.0.1)'],
      ['runs?build=9.9.9', 403, 'build-not-found', 'Build with number "9.9.9" was not found'],
      ['runs?webhooks=%25', 400, 'invalid-parameter', 'webhooks: got "%", expected base64'],
      [
        `runs?webhooks=${encoded([{ eventTypes: ['TEST'], requestUrl: 'http://127.0.0.1/' }])}`,
        400,
        'invalid-parameter',
        'expected a public address',
      ],
      ['run-sync-get-dataset-items?format=doc', 400, 'invalid-parameter', 'format: got "doc"'],
      ['run-sync-get-dataset-items?limit=-1', 400, 'invalid-parameter', 'limit: got "-1"'],
      ['run-sync-get-dataset-items?view=x', 400, 'requested-dataset-view-does-not-exist', 'view'],
      ['run-sync-get-dataset-items?outputFields=x', 400, 'invalid-parameter', 'outputFields'],
      ['runs', 400, 'invalid-input', 'not valid JSON', '{', json],
      ['runs', 400, 'invalid-input', 'got an array, expected a JSON object', [], json],
      ['runs', 415, 'unsupported-content-encoding', 'zip', 'x', { ...json, 'content-encoding': 'zip' }],
      ['runs', 413, 'request-too-large', '9437184', `"${'x'.repeat(9_437_184)}"`, json],
    ];
  it.each(rows)('%s: %s %s', async (line, status, type, message, body, headers) => {
    const { ask } = await started();
    for (const place of ['actor-tasks/daily', 'acts/shop']) {
      const answer = await ask(`POST /v2/${place}/${line}`, body, headers);
      expect([answer.status, answer.body.error.type]).toEqual([status, type]);
      expect(answer.body.error.message).toContain(message);
    }
    expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(0);
  });

  it('a body that is no JSON: of a task, not of an actor', async () => {
    const { ask } = await started();
    const text = { 'content-type': 'text/plain' };
    const refused = await ask('POST /v2/actor-tasks/daily/run-sync', 'hello', text);
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringContaining('Content-Type: got "text/plain", expected application/json'),
    ]);
    expect((await ask('POST /v2/acts/shop/run-sync', 'hello', text)).body).toEqual({ input: 'hello' });
  });
});

describe('run-sync', () => {
  it('answers with the record asked for: fields of the body before those of the task', async () => {
    const { ask } = await started();
    const answer = await ask('POST /v2/actor-tasks/daily/run-sync', { y: 3 }, json);
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
      201,
      'application/json; charset=utf-8',
      { input: { x: 1, y: 3 } },
    ]);
    expect((await ask('GET /v2/actors/fixed/run-sync?build=beta')).body).toEqual({ done: true });
    expect((await ask('GET /v2/actor-tasks/daily/run-sync?outputRecordKey=INPUT')).body).toEqual({ x: 1, y: 2 });
    expect((await ask('GET /v2/actor-tasks/daily/run-sync?outputRecordKey=NONE')).body.error).toEqual({
      type: 'record-not-found',
      message: 'Record was not found',
    });
  });

  it.each(['run-sync', 'run-sync-get-dataset-items'])(
    '%s tells of a run that failed, and of one that goes on',
    async (endpoint) => {
      const { ask } = await started();
      const failed = await ask(`GET /v2/actor-tasks/failing/${endpoint}?format=csv`);
      const { id } = (await ask('GET /v2/actor-tasks/failing/runs/last')).body.data;
      expect([failed.status, failed.body]).toEqual([
        400,
        { error: { type: 'run-failed', message: `Actor run did not succeed (run ID: ${id}, status: FAILED)` } },
      ]);
      const late = await ask(`POST /v2/acts/endless/${endpoint}`);
      const last = (await ask('GET /v2/acts/endless/runs/last')).body.data;
      expect([late.status, late.body.error]).toEqual([
        408,
        {
          type: 'run-timeout-exceeded',
          message: `Actor run did not finish within 0.2 seconds (run ID: ${last.id}, status: RUNNING)`,
        },
      ]);
      expect(last.status).toBe('RUNNING');
      expect((await ask(`HEAD /v2/acts/shop/${endpoint}`)).status).toBe(405);
      expect((await ask('GET /v2/acts/shop/runs')).body.data.total).toBe(0);
    },
  );
});

describe('tasks and actors', () => {
  it('are shown as the API shows them', async () => {
    const { ask } = await started();
    await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=9');
    const task = (await ask('GET /v2/actor-tasks/emulator~daily')).body.data;
    expect(task).toMatchObject({
      name: 'daily',
      title: 'Every day',
      username: 'emulator',
      stats: { totalRuns: 1 },
      options: { memoryMbytes: 256 },
    });
    const list = (await ask('GET /v2/actor-tasks?limit=1')).body.data;
    expect(list).toMatchObject({ total: 2, count: 1, items: [{ name: 'daily', actName: 'shop', actUsername: 'emulator' }] });
    const actor = (await ask('GET /v2/acts/fixed')).body.data;
    expect(actor).toMatchObject({
      name: 'fixed',
      username: 'emulator',
      taggedBuilds: { latest: { buildNumber: '0.0.1' }, beta: { buildNumber: '1.2.3' } },
    });
    expect(actor.versions).toMatchObject([
      { versionNumber: '0.0', buildTag: 'latest' },
      { versionNumber: '1.2', buildTag: 'beta' },
    ]);
    expect([violations('Task', task), violations('ListOfTasks', list), violations('Actor', actor)]).toEqual([[], [], []]);
    expect((await ask('GET /v2/acts')).body.data).toMatchObject({ total: 4 });
    for (const path of [
      'actor-tasks/none',
      'acts/none',
      'acts/none/runs',
      'actor-tasks/none/runs/last',
      'actor-runs/none',
      'logs/none',
    ]) {
      expect([path, (await ask(`GET /v2/${path}`)).body.error.type]).toEqual([path, 'record-not-found']);
    }
  });

  it('tasks are made, changed, run and deleted', async () => {
    const { ask } = await started();
    const made = await ask('POST /v2/actor-tasks', {
      actId: 'shop',
      name: 'nightly',
      input: { a: 1, b: 2 },
      options: { memoryMbytes: 128, build: null },
    });
    const { id } = made.body.data;
    expect([made.status, made.headers.get('location'), violations('Task', made.body.data)]).toEqual([
      201,
      `http://localhost/v2/actor-tasks/${id}`,
      [],
    ]);
    expect((await ask(`PUT /v2/actor-tasks/${id}/input`, { b: 3 })).body).toEqual({ a: 1, b: 3 });
    expect((await ask('GET /v2/actor-tasks/nightly/input')).body).toEqual({ a: 1, b: 3 });
    expect((await ask(`PUT /v2/actor-tasks/${id}`, { name: 'weekly', title: 'W' })).body.data).toMatchObject({
      id,
      name: 'weekly',
      title: 'W',
      input: { a: 1, b: 3 },
    });
    expect((await ask('GET /v2/actor-tasks/weekly/run-sync')).body).toEqual({ input: { a: 1, b: 3 } });
    expect((await ask(`DELETE /v2/actor-tasks/${id}`)).status).toBe(204);
    expect((await ask(`GET /v2/actor-tasks/${id}`)).status).toBe(404);
  });

  it.each<[string, unknown, number, string]>([
    ['POST /v2/actor-tasks', { name: 'x' }, 400, 'actId: got a undefined'],
    ['POST /v2/actor-tasks', { actId: 'none' }, 404, 'Actor was not found'],
    ['POST /v2/actor-tasks', { actId: 'shop', name: 'daily' }, 400, 'name: got "daily", expected a name that no other task has'],
    ['POST /v2/actor-tasks', { actId: 'shop', options: { memoryMbytes: 100 } }, 400, 'options.memoryMbytes: got "100"'],
    ['PUT /v2/actor-tasks/daily', { name: 'a b' }, 400, 'name: got "a b"'],
    ['PUT /v2/actor-tasks/daily/input', [1], 400, 'got an array, expected a JSON object'],
  ])('%s %j is refused', async (line, body, status, message) => {
    const { ask } = await started();
    const answer = await ask(line, body);
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)]);
  });
});

it('reset brings back what is declared, and nothing else', async () => {
  const { ask } = await started();
  await ask('POST /v2/actor-tasks', { actId: 'shop', name: 'nightly' });
  await ask('DELETE /v2/actor-tasks/daily');
  await ask('POST /v2/acts/endless/runs');
  expect((await ask('GET /_emulator/health')).body.runs).toMatchObject({ finished: 0, limit: 8 });
  expect((await ask('POST /_emulator/reset')).status).toBe(204);
  expect(await namesOf(ask)).toEqual(['daily', 'failing']);
  expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(0);
  expect((await ask('GET /_emulator/health')).body).toMatchObject({ datasets: 0, runs: { ready: 0, running: 0, finished: 0 } });
});

async function namesOf(ask: Ask): Promise<string[]> {
  return (await ask('GET /v2/actor-tasks')).body.data.items.map(({ name }: { name: string }) => name);
}
