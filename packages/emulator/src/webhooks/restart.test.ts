import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../../http/src/testing/serve.js';
import type { FunctionCall } from '../runs/work.js';
import { json } from '../starting/testing/shop.js';
import { type Ask, type Data, emulated } from '../testing/emulated.js';

const wait = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'webhooks-'));
});
afterEach(() => rm(root, { recursive: true }));

const opened = (name: string) =>
  emulated({
    storage: join(root, name),
    actors: { shop: async () => {}, endless: wait },
    tasks: { daily: { actor: 'shop' } },
    allowPrivateWebhooks: true,
    // The next attempt comes only with the next start.
    webhookRetries: { retries: 5, retryDelay: 1e8 },
  });

/** What is there when a process that does nothing at the moment is killed. */
const killed = (from: string, to: string): Promise<void> => cp(join(root, from), join(root, to), { recursive: true });

interface Received {
  readonly eventType: string;
  readonly dispatchId: string;
}

/** A server that refuses everything until it is told to take it. */
async function receiver(): Promise<{ url: string; received: Received[]; refused: Received[]; take(): void }> {
  const received: Received[] = [];
  const refused: Received[] = [];
  let takes = false;
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { eventType } = JSON.parse(body);
      (takes ? received : refused).push({ eventType, dispatchId: String(request.headers['x-apify-webhook-dispatch-id']) });
      response.writeHead(takes ? 200 : 503).end();
    });
  });
  const take = (): void => {
    takes = true;
  };
  return { url: `${url}/hook`, received, refused, take };
}

const create = async (ask: Ask, fields: object) => (await ask('POST /v2/webhooks', fields, json)).body.data;
const listOf = async (ask: Ask, path: string) => (await ask(`GET /v2/${path}`)).body.data.items;
const shown = (dispatches: readonly Data[]) =>
  dispatches.map(({ id, webhookId, status, calls }) => ({ id, webhookId, status, calls: calls.length }));

describe('after a restart', () => {
  it('webhooks are those that were there, with their dispatches, and go on', async () => {
    const { url, received, take } = await receiver();
    const first = await opened('first');
    const fields = {
      eventTypes: ['ACTOR.RUN.SUCCEEDED'],
      requestUrl: url,
      condition: { actorId: 'shop' },
      idempotencyKey: 'once',
    };
    const made = await create(first.ask, fields);
    const gone = await create(first.ask, { ...fields, idempotencyKey: undefined });
    await first.ask(`PUT /v2/webhooks/${made.id}`, { description: 'Kept' }, json);
    await first.ask(`DELETE /v2/webhooks/${gone.id}`);
    const adHoc = Buffer.from(JSON.stringify([{ eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: url }])).toString('base64');
    take();
    await first.ask(`POST /v2/acts/shop/runs?waitForFinish=60&webhooks=${encodeURIComponent(adHoc)}`);
    await expect.poll(async () => (await listOf(first.ask, 'webhook-dispatches'))[0]?.status).toBe('SUCCEEDED');
    const before = [await listOf(first.ask, 'webhooks'), await listOf(first.ask, 'webhook-dispatches')];
    await first.emulator.close();

    const { ask, emulator } = await opened('first');
    expect([await listOf(ask, 'webhooks'), await listOf(ask, 'webhook-dispatches')]).toEqual(before);
    expect(before[0]).toMatchObject([{ id: made.id }, { isAdHoc: true }]);
    expect((await create(ask, fields)).id).toBe(made.id);
    expect((await ask(`GET /v2/webhooks/${gone.id}`)).status).toBe(404);
    await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=60');
    await expect.poll(() => received.length).toBe(2);
    expect((await ask(`GET /v2/webhooks/${made.id}/dispatches`)).body.data.total).toBe(2);
    await emulator.close();
  });

  it.each(['closed', 'killed'])(
    'of an emulator that was %s, what was not delivered is sent again, under its own id',
    async (how) => {
      const { url, received, refused, take } = await receiver();
      const first = await opened('first');
      const { id: webhookId } = await create(first.ask, {
        eventTypes: ['TEST'],
        requestUrl: url,
        condition: { actorId: 'shop' },
      });
      const { id } = (await first.ask(`POST /v2/webhooks/${webhookId}/test`)).body.data;
      const attempted = [{ id, webhookId, status: 'ACTIVE', calls: 1 }];
      await expect.poll(async () => shown(await listOf(first.ask, 'webhook-dispatches'))).toEqual(attempted);
      if (how === 'killed') await killed('first', 'second');
      await first.emulator.close();
      take();

      const { ask, emulator } = await opened(how === 'killed' ? 'second' : 'first');
      const delivered = [{ id, webhookId, status: 'SUCCEEDED', calls: 2 }];
      await expect.poll(async () => shown(await listOf(ask, 'webhook-dispatches'))).toEqual(delivered);
      await emulator.close();
      const event = { eventType: 'TEST', dispatchId: id };
      expect([refused, received]).toEqual([[event], [event]]);

      // What was delivered is not sent again.
      const third = await opened(how === 'killed' ? 'second' : 'first');
      expect(shown(await listOf(third.ask, 'webhook-dispatches'))).toEqual(delivered);
      await third.emulator.close();
      expect(received).toEqual([event]);
    },
  );

  it('of an emulator that was killed, the end of its runs is told once', async () => {
    const { url, received, take } = await receiver();
    take();
    const first = await opened('first');
    await create(first.ask, { eventTypes: ['ACTOR.RUN.ABORTED'], requestUrl: url, condition: { actorId: 'endless' } });
    const { id } = (await first.ask('POST /v2/acts/endless/runs')).body.data;
    await killed('first', 'second');

    const { ask, emulator } = await opened('second');
    expect((await ask(`GET /v2/actor-runs/${id}`)).body.data.status).toBe('ABORTED');
    await expect.poll(async () => (await listOf(ask, 'webhook-dispatches'))[0]?.status).toBe('SUCCEEDED');
    const dispatches = await listOf(ask, 'webhook-dispatches');
    // A second attempt would be under way, or over.
    await emulator.close();
    expect(dispatches).toMatchObject([{ eventType: 'ACTOR.RUN.ABORTED', eventData: { actorRunId: id } }]);
    expect(received).toEqual([{ eventType: 'ACTOR.RUN.ABORTED', dispatchId: dispatches[0].id }]);
    await first.emulator.close();
  });
});
