import { describe, expect, it } from 'vitest';
import type { List } from '../testing/emulated.js';
import { type Served, served } from '../web-servers/testing/served.js';

const path = '/_standby/jane~ready';

async function runsOf({ ask }: Served, actor: string): Promise<List> {
  return (await ask(`GET /v2/actors/${actor}/runs`)).body.data.items;
}

describe('an actor on standby', () => {
  it('is started by the first request, and answers the next ones with the same run', async () => {
    const world = await served();
    const { ask, url } = world;
    const actor = (await ask('GET /v2/actors/jane~ready')).body.data;
    expect(actor.standbyUrl).toBe(`${url}${path}`);
    expect(actor.actorStandby).toMatchObject({ isEnabled: true, maxRequestsPerActorRun: 2, idleTimeoutSecs: 300 });
    expect((await ask('GET /v2/actors/server')).body.data.standbyUrl).toBeUndefined();
    // Together: they share a start.
    const came = await Promise.all([ask(`GET ${path}/one`), ask(`POST ${path}/two?x=1`, {}, 'body')]);
    came.push(await ask('GET /three', { host: 'jane--ready.standby.localhost' }));
    expect(came.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(came.map(({ body }) => body.url)).toEqual(['/one', '/two?x=1', '/three']);
    expect(came[1]?.body).toMatchObject({
      method: 'POST',
      body: 'body',
      origin: 'STANDBY',
      standbyUrl: `${url}/_standby/${actor.id}`,
    });
    expect(new Set(came.map(({ body }) => body.runId)).size).toBe(1);
    expect(await runsOf(world, 'jane~ready')).toMatchObject([{ status: 'RUNNING', meta: { origin: 'STANDBY' } }]);
    const echoed = await ask(`GET ${path}/socket`, { connection: 'Upgrade', upgrade: 'echo' });
    expect(echoed.echoed).toBe('hello');
    expect(await runsOf(world, 'jane~ready')).toHaveLength(1);
  });

  it('gets another run when one has as many requests as it takes, and at most four', async () => {
    const world = await served();
    const { url, ask } = world;
    const leave = new AbortController();
    const held = Array.from({ length: 9 }, () => fetch(`${url}${path}/held`, { signal: leave.signal }).catch(() => 'left'));
    await expect.poll(async () => (await runsOf(world, 'ready')).length, { timeout: 60_000 }).toBe(4);
    leave.abort();
    expect(await Promise.all(held)).toEqual(Array.from(held, () => 'left'));
    expect((await ask(`GET ${path}/`)).status).toBe(200);
    expect(await runsOf(world, 'ready')).toHaveLength(4);
  });

  it('has another run for requests to come when each has as many as it should', async () => {
    const world = await served();
    const at = '/_standby/busy';
    const first = (await world.ask(`GET ${at}/`)).body.runId;
    const leave = new AbortController();
    const held = [1, 2].map(() => fetch(`${world.url}${at}/held`, { signal: leave.signal }).catch(() => 'left'));
    // The second one is answered by the first run, which has room; another run is started beside.
    await expect.poll(async () => (await runsOf(world, 'busy')).length, { timeout: 60_000 }).toBe(2);
    // Ready runs come first, so the other one is used when it is ready.
    await expect.poll(async () => (await world.ask(`GET ${at}/`)).body.runId, { timeout: 60_000 }).not.toBe(first);
    expect(await runsOf(world, 'busy')).toHaveLength(2);
    leave.abort();
    expect(await Promise.all(held)).toEqual(['left', 'left']);
  });

  it('of a task has runs of its own', async () => {
    const world = await served();
    const { ask, url } = world;
    const task = (await ask('GET /v2/actor-tasks/of-ready')).body.data;
    expect(task.standbyUrl).toMatch(/^http.*\/_standby\/.+~of-ready$/);
    const at = String(task.standbyUrl).slice(url.length);
    const own = (await ask(`GET ${at}/x`)).body;
    expect([own.url, own.origin]).toEqual(['/x', 'STANDBY']);
    expect((await ask(`GET ${at}/`)).body.runId).toBe(own.runId);
    expect((await ask(`GET /v2/actor-runs/${own.runId}`)).body.data.actorTaskId).toBe(task.id);
    expect((await ask(`GET ${path}/`)).body.runId).not.toBe(own.runId);
  });

  it('of a task with the name of an actor is reached by its id', async () => {
    const { ask, url } = await served();
    const { id, standbyUrl } = (await ask('GET /v2/actor-tasks/server')).body.data;
    expect(standbyUrl).toBe(`${url}/_standby/${id}`);
    const { runId } = (await ask(`GET /_standby/${id}/`)).body;
    expect((await ask(`GET /v2/actor-runs/${runId}`)).body.data.actorTaskId).toBe(id);
  });

  it('is stopped when it is idle, and started again by the next request', async () => {
    const world = await served();
    for (const count of [1, 2]) {
      expect((await world.ask('GET /_standby/idle/')).status).toBe(200);
      const [{ id = '' } = {}] = (await runsOf(world, 'idle')).slice(-1);
      const { data } = (await world.ask(`GET /v2/actor-runs/${id}?waitForFinish=60`)).body;
      expect(data).toMatchObject({ status: 'ABORTED', statusMessage: 'The run got no requests, so it was stopped' });
      expect(await runsOf(world, 'idle')).toHaveLength(count);
    }
  });

  it('whose run was aborted or has ended gets a new one', async () => {
    const world = await served();
    const { ask } = world;
    const { runId } = (await ask(`GET ${path}/`)).body;
    await ask(`POST /v2/actor-runs/${runId}/abort`);
    await ask(`GET /v2/actor-runs/${runId}?waitForFinish=60`);
    const next = (await ask(`GET ${path}/`)).body.runId;
    expect(next).not.toBe(runId);
    await ask('POST /_emulator/reset');
    expect((await ask(`GET ${path}/`)).body.runId).not.toBe(next);
  });

  it.each<[path: string, status: number, type: string]>([
    ['/_standby/none/', 404, 'record-not-found'],
    ['/_standby/server/', 400, 'standby-not-enabled'],
    ['/_standby/failing/', 400, 'standby-run-failed'],
  ])('a request that no client sends again: %s', async (at, status, type) => {
    const world = await served();
    const came = await world.ask(`GET ${at}`);
    expect([came.status, came.body.error.type]).toEqual([status, type]);
    expect((await runsOf(world, 'failing')).length).toBe(at.includes('failing') ? 1 : 0);
  });
});
