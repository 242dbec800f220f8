import { describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import type { Ask } from '../testing/emulated.js';
import { started } from './testing/shop.js';

describe('tasks and actors', () => {
  it('are shown as the API shows them', async () => {
    const { ask } = await started();
    await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=60');
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

  it('tasks are created, changed, run and deleted', async () => {
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
    ['POST /v2/actor-tasks', { actId: 'shop', name: 'daily' }, 409, 'name: got "daily", expected a name that no other task has'],
    ['POST /v2/actor-tasks', { actId: 'shop', options: { memoryMbytes: 100 } }, 400, 'options.memoryMbytes: got "100"'],
    ['PUT /v2/actor-tasks/daily', { name: 'a b' }, 400, 'name: got "a b"'],
    ['PUT /v2/actor-tasks/daily/input', [1], 400, 'got an array, expected a JSON object'],
  ])('%s %j is refused', async (line, body, status, message) => {
    const { ask } = await started();
    const answer = await ask(line, body);
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)]);
  });
});

it('reset restores the declared tasks, and nothing else', async () => {
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
