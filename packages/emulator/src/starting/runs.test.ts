import { describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { emulated } from '../testing/emulated.js';
import { actors, json, started } from './testing/shop.js';

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

  it('its storages, below the run, below the last run and by their own ids', async () => {
    const { ask } = await started();
    const { id, defaultDatasetId, defaultKeyValueStoreId } = (await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=60')).body
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

  it('its log is not empty while it waits for its turn, and when it is aborted then', async () => {
    const { ask } = await emulated({ actors, maxConcurrentRuns: 1 });
    await ask('POST /v2/acts/endless/runs');
    const { id, status } = (await ask('POST /v2/acts/shop/runs')).body.data;
    expect(status).toBe('READY');
    expect((await ask(`GET /v2/logs/${id}`)).text).toMatch(/^\S+Z ACTOR: Starting build 0\.0\.1\.\n$/);
    await ask(`POST /v2/actor-runs/${id}/abort`);
    await ask(`GET /v2/actor-runs/${id}?waitForFinish=60`);
    expect((await ask(`GET /v2/logs/${id}`)).text).toMatch(/\.\n\S+Z The run was aborted\n$/);
  });

  it('its log: plain, raw, followed to the end of the run, downloaded', async () => {
    const { ask } = await started();
    const { id } = (await ask('POST /v2/acts/shop/runs')).body.data;
    const followed = await ask(`GET /v2/actor-runs/${id}/log?stream=1`);
    expect(followed.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(followed.text).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ACTOR: Starting build 0\.0\.1\.\n\S+Z green\n$/);
    expect((await ask(`GET /v2/logs/${id}?raw=1`)).text).toContain('Z \x1b[32mgreen\x1b[0m\n');
    for (const path of [`/v2/logs/${id}`, '/v2/actors/shop/runs/last/log', `/v2/logs/${id}?stream=1`])
      expect((await ask(`GET ${path}`)).text).toBe(followed.text);
    expect((await ask(`HEAD /v2/logs/${id}?download=1`)).headers.get('content-disposition')).toBe(
      `attachment; filename="${id}.log"`,
    );
  });

  it('is aborted, and takes a status message', async () => {
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
