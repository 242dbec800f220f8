import { createEmulator } from 'dataset-items/emulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Data } from '../../packages/emulator/src/testing/emulated.js';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { serve } from '../../packages/http/src/testing/serve.js';
import { violations } from '../emulator/api-schemas.js';
import { ask, config, endpoint, json, plain, sync, url } from './shop.js';

/** What the actor says of itself. */
interface Told {
  readonly told: Readonly<Record<'ACTOR_TIMEOUT_AT' | 'ACTOR_STARTED_AT', string>> & {
    readonly ACTOR_MAX_PAID_DATASET_ITEMS?: string;
  };
  readonly input: { readonly from: string };
  readonly argv: readonly string[];
}

describe('parameters of a run', () => {
  const told = async (query: string, body: object = {}) =>
    ((await ask(`POST ${sync}${query}`, { tell: true, ...body }, json)).body as unknown as [Told])[0];

  it('by the task alone, and by the body over it', async () => {
    const { told: env, input } = await told('', { more: [1] });
    expect(input).toEqual({ from: 'task', tell: true, more: [1] });
    expect(env).toMatchObject({ ACTOR_MEMORY_MBYTES: '512', ACTOR_BUILD_NUMBER: '0.0.1' });
    expect(env.ACTOR_MAX_PAID_DATASET_ITEMS).toBeUndefined();
    expect(Date.parse(env.ACTOR_TIMEOUT_AT) - Date.parse(env.ACTOR_STARTED_AT)).toBeGreaterThanOrEqual(600_000);
    expect((await told('', { from: 'body' })).input.from).toBe('body');
  });

  it('by timeout, memory, maxItems, maxTotalChargeUsd and build', async () => {
    const { told: env, argv } = await told('?timeout=300&memory=1024&maxItems=1000&maxTotalChargeUsd=1.5&build=beta');
    expect(env).toMatchObject({
      ACTOR_MEMORY_MBYTES: '1024',
      ACTOR_MAX_PAID_DATASET_ITEMS: '1000',
      ACTOR_MAX_TOTAL_CHARGE_USD: '1.5',
      ACTOR_BUILD_NUMBER: '0.1.234',
    });
    expect(argv).toEqual(['beta']);
    expect((await told('?build=0.1.234')).argv).toEqual(['beta']);
    const run = (await ask('GET /v2/actor-tasks/my-task/runs?desc=1&limit=2')).body.data.items[1] as Data;
    const { data } = (await ask(`GET /v2/actor-runs/${run.id}`)).body;
    expect(data.options).toMatchObject({
      build: 'beta',
      timeoutSecs: 300,
      memoryMbytes: 1024,
      maxItems: 1000,
      maxTotalChargeUsd: 1.5,
    });
    expect(violations('Run', data)).toEqual([]);
  });

  it('webhooks: a server is notified of the run', async () => {
    const heard: { eventType: string; resource: { status: string; id: string }; eventData: unknown }[] = [];
    const hook = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        heard.push(JSON.parse(body));
        response.end();
      });
    });
    const webhooks = [{ eventTypes: ['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.FAILED'], requestUrl: hook }];
    const encoded = encodeURIComponent(Buffer.from(JSON.stringify(webhooks)).toString('base64'));
    expect((await ask(`GET ${sync}?webhooks=${encoded}`)).status).toBe(201);
    await expect.poll(() => heard.map(({ eventType }) => eventType).sort()).toEqual(['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED']);
    const ended = heard.find(({ eventType }) => eventType === 'ACTOR.RUN.SUCCEEDED');
    expect(violations('Run', ended?.resource)).toEqual([]);
    expect(ended?.eventData).toMatchObject({
      actorRunId: ended?.resource.id,
      actorTaskId: expect.any(String),
      actorId: expect.any(String),
    });
    const statuses = async (): Promise<string[]> => {
      const { dispatches } = (await ask('GET /_emulator/webhook-dispatches')).body;
      return dispatches.map(({ status }: { status: string }) => status);
    };
    await expect.poll(statuses).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });
});

describe('error responses', () => {
  const refusals: [what: string, line: string, status: number, type: string, body?: unknown, headers?: Record<string, string>][] =
    [
      ['a bad parameter of items', `GET ${sync}?limit=x`, 400, 'invalid-parameter'],
      ['a bad parameter of the run', `GET ${sync}?memory=100`, 400, 'invalid-parameter'],
      ['a parameter twice', `GET ${sync}?limit=1&limit=2`, 400, 'invalid-parameter'],
      ['a body that is not an object', `POST ${sync}`, 400, 'invalid-input', [1], json],
      [
        'a body of another type',
        `POST ${sync}`,
        400,
        'invalid-input',
        'a=b',
        { 'content-type': 'application/x-www-form-urlencoded' },
      ],
      ['a run that fails', `POST ${sync}`, 400, 'run-failed', { exit: 3 }, json],
      ['a run that takes longer than it may', `POST ${sync}?timeout=0.3`, 400, 'run-failed', { wait: 60_000 }, json],
      ['a wrong token', `GET ${sync}`, 401, 'invalid-token', undefined, { authorization: 'Bearer other' }],
      ['an unknown task', `GET /v2/actor-tasks/none/${endpoint}`, 404, 'record-not-found'],
      ['an unknown actor', `GET /v2/acts/none/${endpoint}`, 404, 'record-not-found'],
      ['another method', `PUT ${sync}`, 405, 'method-not-allowed'],
      ['a body that is too large', `POST ${sync}`, 413, 'request-too-large', JSON.stringify({ a: 'x'.repeat(9_437_184) }), json],
    ];
  it.each(refusals)('%s', async (what, line, status, type, body, headers) => {
    const answer = await ask(line, body, headers);
    expect([answer.status, answer.body.error.type]).toEqual([status, type]);
    expect(violations('ErrorResponse', answer.body)).toEqual([]);
    if (what.includes('longer'))
      expect(answer.body.error.message).toMatch(/^Actor run did not succeed \(run ID: \w{17}, status: TIMED-OUT\)$/);
  });

  it('no token', async () => {
    const answer = await plain(`GET ${sync}`);
    expect([answer.status, answer.body.error.type]).toEqual([401, 'token-not-provided']);
    expect((await plain(`GET ${sync}?token=secret&limit=1`)).status).toBe(201);
  });

  it('a run that continues: 408; aborted meanwhile: 400; its client disconnects: it continues', async () => {
    const { url: hasty, emulator } = await hastyEmulator();
    const hurried = asking(fetch, hasty);
    const late = await hurried(`GET /v2/actor-tasks/slow/${endpoint}`);
    expect([late.status, late.body.error.type]).toEqual([408, 'run-timeout-exceeded']);
    await expect.poll(async () => (await hurried('GET /v2/actor-tasks/slow/runs/last')).body.data.status).toBe('RUNNING');

    const leave = new AbortController();
    const left = fetch(`${url}/v2/actor-tasks/slow/${endpoint}?token=secret`, { signal: leave.signal });
    await expect.poll(async () => (await ask('GET /v2/actor-tasks/slow/runs/last')).body.data?.status).toBe('RUNNING');
    leave.abort();
    await expect(left).rejects.toThrow();
    const { id } = (await ask('GET /v2/actor-tasks/slow/runs/last')).body.data;
    await expect.poll(async () => JSON.parse((await ask('GET /_emulator/health')).text).requests.underWay).toBeLessThanOrEqual(1);
    expect((await ask(`GET /v2/actor-runs/${id}`)).body.data.status).toBe('RUNNING');

    const waiting = ask(`GET /v2/actor-tasks/slow/${endpoint}`);
    await expect.poll(async () => (await ask('GET /v2/actor-tasks/slow/runs?status=RUNNING')).body.data.total).toBe(2);
    for (const one of (await ask('GET /v2/actor-tasks/slow/runs')).body.data.items)
      await ask(`POST /v2/actor-runs/${one.id}/abort`);
    const { status, body } = await waiting;
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringMatching(/^Actor run did not succeed \(run ID: \w{17}, status: ABORTED\)$/),
    ]);
    await emulator.close();
  });
});

async function hastyEmulator() {
  const emulator = await createEmulator({ config, runSyncTimeoutSecs: 0.1 });
  onTestFinished(() => emulator.close());
  return { emulator, url: (await emulator.listen({ port: 0 })).url };
}
