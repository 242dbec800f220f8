import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { violations } from '../../../../test/emulator/api-schemas.js';
import type { FunctionCall } from '../runs/work.js';
import { type Ask, emulated } from '../testing/emulated.js';
import { json } from './testing/shop.js';

/** Pushes its input, then waits until it must end, except the second time. */
const waiting = async ({ input, pushData, getValue, setValue, signal }: FunctionCall): Promise<void> => {
  await pushData({ input: input ?? null });
  if ((await getValue('SEEN')) !== undefined) return;
  await setValue('SEEN', true);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
};
const actors = {
  waiting,
  target: async ({ input, pushData }: FunctionCall) => pushData({ target: input ?? null }),
  failing: async ({ pushData }: FunctionCall) => {
    await pushData({ n: 1 });
    throw new Error('no luck');
  },
  endless: ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  fixed: { fixture: {}, builds: { beta: { number: '1.2.3' } } },
};

async function started(line: string, body?: unknown) {
  const { ask, emulator } = await emulated({ actors });
  const { id } = (await ask(line, body, json)).body.data;
  return { ask, emulator, id, runs: `/v2/actor-runs/${id}` };
}

/** The number of items that a run has pushed reaches a number. */
async function pushed(ask: Ask, runs: string, count: number): Promise<void> {
  while ((await ask(`GET ${runs}/dataset`)).body.data.itemCount < count) await new Promise(setImmediate);
}

const itemsOf = async (ask: Ask, runs: string) => (await ask(`GET ${runs}/dataset/items`)).body as unknown as object[];
const logOf = async (ask: Ask, runs: string) =>
  (await ask(`GET ${runs}/log`)).text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(25));

describe('a run that goes on', () => {
  it('after a reboot: the same work, storages and input', async () => {
    const { ask, runs } = await started('POST /v2/acts/waiting/runs', { a: 1 });
    await pushed(ask, runs, 1);
    const rebooted = await ask(`POST ${runs}/reboot`);
    expect([rebooted.status, rebooted.body.data.status, violations('Run', rebooted.body.data)]).toEqual([200, 'RUNNING', []]);
    const { data } = (await ask(`GET ${runs}?waitForFinish=60`)).body;
    expect(data).toMatchObject({ status: 'SUCCEEDED', stats: { rebootCount: 1, migrationCount: 0, resurrectCount: 0 } });
    expect(await itemsOf(ask, runs)).toEqual([{ input: { a: 1 } }, { input: { a: 1 } }]);
    expect(await logOf(ask, runs)).toEqual([
      'ACTOR: Starting build 0.0.1.',
      'ACTOR: The run was rebooted.',
      'ACTOR: Starting build 0.0.1.',
    ]);
  });

  it('as a run of another actor: its input has a key of its own', async () => {
    const { ask, runs, id } = await started('POST /v2/acts/waiting/runs', { a: 1 });
    await pushed(ask, runs, 1);
    expect((await ask(`POST ${runs}/metamorph?targetActorId=target`, { b: 2 }, json)).status).toBe(200);
    const { data } = (await ask(`GET ${runs}?waitForFinish=60`)).body;
    const target = (await ask('GET /v2/acts/target')).body.data;
    expect(data).toMatchObject({
      id,
      status: 'SUCCEEDED',
      metamorphs: [{ actorId: target.id, buildId: target.taggedBuilds.latest.buildId, inputKey: 'INPUT-METAMORPH-1' }],
    });
    expect(violations('Run', data)).toEqual([]);
    expect(await itemsOf(ask, runs)).toEqual([{ input: { a: 1 } }, { target: { b: 2 } }]);
    expect((await ask(`GET ${runs}/key-value-store/records/INPUT-METAMORPH-1`)).body).toEqual({ b: 2 });
    expect((await ask(`POST ${runs}/resurrect`)).status).toBe(200);
    await ask(`GET ${runs}?waitForFinish=60`);
    expect((await itemsOf(ask, runs)).at(-1)).toEqual({ target: { b: 2 } });
  });

  it('after its end: with the build, options and storages that it had, or others', async () => {
    const { ask, runs } = await started('POST /v2/acts/failing/runs?timeout=50&memory=512');
    const first = (await ask(`GET ${runs}?waitForFinish=60`)).body.data;
    expect(first).toMatchObject({ status: 'FAILED', exitCode: 1, statusMessage: 'no luck' });
    const again = (await ask(`POST ${runs}/resurrect?memory=1024`)).body.data;
    expect(again).toMatchObject({ exitCode: null, statusMessage: null, finishedAt: null, startedAt: first.startedAt });
    const second = (await ask(`GET ${runs}?waitForFinish=60`)).body.data;
    expect(second).toMatchObject({
      status: 'FAILED',
      stats: { resurrectCount: 1 },
      options: { timeoutSecs: 50, memoryMbytes: 1024 },
    });
    expect(second.stats.durationMillis).toBeGreaterThanOrEqual(first.stats.durationMillis);
    expect(await itemsOf(ask, runs)).toEqual([{ n: 1 }, { n: 1 }]);
    expect((await logOf(ask, runs)).filter((line) => line.startsWith('ACTOR'))).toEqual([
      'ACTOR: Starting build 0.0.1.',
      'ACTOR: The run was resurrected.',
      'ACTOR: Starting build 0.0.1.',
    ]);
    expect((await ask(`DELETE ${runs}`)).status).toBe(204);
  });

  it('after a migration that the actor does not heed', async () => {
    const { ask, runs, id } = await started('POST /v2/acts/waiting/runs');
    await pushed(ask, runs, 1);
    expect((await ask(`POST /_emulator/runs/${id}/migrate?timeRemainingSecs=0`)).status).toBe(200);
    expect((await ask(`GET ${runs}?waitForFinish=60`)).body.data).toMatchObject({
      status: 'SUCCEEDED',
      stats: { migrationCount: 1, rebootCount: 0 },
    });
  });

  it.each<[line: string, status: number, type: string, message: RegExp]>([
    ['POST :run/reboot', 400, 'job-finished', /is SUCCEEDED, expected one that is RUNNING/],
    ['POST :run/metamorph?targetActorId=target', 400, 'job-finished', /is SUCCEEDED/],
    ['POST :run/metamorph', 404, 'record-not-found', /target actor/],
    ['POST :run/metamorph?targetActorId=nobody', 404, 'record-not-found', /target actor/],
    ['POST :run/metamorph?targetActorId=fixed&build=x', 403, 'unknown-build-tag', /latest \(0\.0\.1\), beta \(1\.2\.3\)/],
    ['POST :run/resurrect?memory=100', 400, 'invalid-parameter', /memory/],
    ['POST :run/resurrect?build=x', 403, 'unknown-build-tag', /latest/],
    ['POST /v2/actor-runs/none/resurrect', 404, 'record-not-found', /Actor run/],
    ['POST /_emulator/runs/none/migrate', 404, 'record-not-found', /Actor run/],
    ['POST /_emulator/runs/:id/migrate', 400, 'job-finished', /SUCCEEDED/],
    ['POST /_emulator/runs/:id/migrate?timeRemainingSecs=-1', 400, 'invalid-parameter', /timeRemainingSecs/],
  ])('is refused: %s', async (line, status, type, message) => {
    const { ask, runs, id } = await started('POST /v2/acts/fixed/runs?waitForFinish=60');
    const answer = await ask(line.replace(':run', runs).replace(':id', id));
    expect([answer.status, answer.body.error.type]).toEqual([status, type]);
    expect(answer.body.error.message).toMatch(message);
  });

  it('is refused while it is active, and after ten metamorphs', async () => {
    const { ask, runs } = await started('POST /v2/acts/endless/runs');
    const refused = await ask(`POST ${runs}/resurrect`);
    expect([refused.status, refused.body.error.type]).toEqual([400, 'job-finished']);
    const into = `POST ${runs}/metamorph?targetActorId=endless`;
    for (let done = 0; done < 10; ) done += (await ask(into)).status === 200 ? 1 : 0;
    expect((await ask(into)).body.error.type).toBe('max-metamorphs-exceeded');
  });
});

describe('the socket of events', () => {
  it('is refused without the key of an active run', async () => {
    const { emulator } = await emulated({ actors });
    const { url } = await emulator.listen({ port: 0 });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/_emulator/events/0123`);
    onTestFinished(() => socket.terminate());
    const message = await new Promise<string>((resolve) => socket.on('error', ({ message: text }) => resolve(text)));
    expect(message).toContain('404');
  });
});
