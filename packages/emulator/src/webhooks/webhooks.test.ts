import { afterAll, describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { serve } from '../../../http/src/testing/serve.js';
import { createEmulator } from '../emulator.js';
import type { FunctionCall } from '../runs/work.js';
import { json } from '../starting/testing/shop.js';
import { asking } from '../testing/emulated.js';

const wait = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
const emulator = await createEmulator({
  actors: { shop: async () => {}, endless: wait },
  tasks: { daily: { actor: 'shop' } },
  allowPrivateWebhooks: true,
});
afterAll(() => emulator.close());
const ask = asking((request) => emulator.fetch(request), 'http://localhost');

/** A server that keeps what it receives. */
async function receiver(): Promise<{ url: string; events: string[] }> {
  const events: string[] = [];
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      events.push(JSON.parse(body).eventType);
      response.end('thanks');
    });
  });
  return { url: `${url}/hook`, events };
}

const create = async (fields: object) => (await ask('POST /v2/webhooks', fields, json)).body.data;
const all = ['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.ABORTED'];
const idOf = async (path: string): Promise<string> => (await ask(`GET /v2/${path}`)).body.data.id;

describe('webhooks as resources', () => {
  it('are created, listed, changed and deleted, in the shapes of the API', async () => {
    const fields = {
      eventTypes: ['ACTOR.RUN.SUCCEEDED'],
      requestUrl: 'http://localhost:1/',
      condition: { actorId: 'emulator~shop', actorTaskId: null },
      description: 'First',
      headersTemplate: '{"a":"b"}',
    };
    const made = await ask('POST /v2/webhooks', fields, json);
    const { id } = made.body.data;
    expect([made.status, made.headers.get('location'), violations('Webhook', made.body.data)]).toEqual([
      201,
      `http://localhost/v2/webhooks/${id}`,
      [],
    ]);
    expect(made.body.data).toMatchObject({
      ...fields,
      condition: { actorId: await idOf('acts/shop') },
      isAdHoc: false,
      ignoreSslErrors: false,
      doNotRetry: false,
      shouldInterpolateStrings: false,
      payloadTemplate: expect.stringContaining('{{eventData}}'),
      lastDispatch: null,
      stats: { totalDispatches: 0 },
    });
    expect((await ask(`GET /v2/webhooks/${id}`)).body).toEqual(made.body);
    for (const path of ['webhooks', 'acts/shop/webhooks']) {
      const list = (await ask(`GET /v2/${path}?desc=1`)).body.data;
      expect([path, list.total, list.items[0].id, violations('ListOfWebhooks', list)]).toEqual([path, 1, id, []]);
    }
    expect((await ask('GET /v2/actor-tasks/daily/webhooks')).body.data.total).toBe(0);
    const changed = await ask(`PUT /v2/webhooks/${id}`, { description: 'Second', condition: null, payloadTemplate: '{}' }, json);
    expect(changed.body.data).toMatchObject({ id, description: 'Second', payloadTemplate: '{}', requestUrl: fields.requestUrl });
    expect((await ask(`DELETE /v2/webhooks/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await ask(`${method} /v2/webhooks/${id}`)).body.error.type).toBe('record-not-found');
  });

  it('with one idempotency key exist once', async () => {
    const fields = {
      eventTypes: all,
      requestUrl: 'http://localhost:1/',
      condition: { actorTaskId: 'daily' },
      idempotencyKey: 'once',
    };
    const answers = await Promise.all([1, 2, 3].map(() => ask('POST /v2/webhooks', fields, json)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [id, ...others] = [...new Set(answers.map(({ body }) => body.data.id))];
    expect(others).toEqual([]);
    await ask(`DELETE /v2/webhooks/${id}`);
  });

  it('of an actor, a task and a single run are sent for their runs, and no others', async () => {
    const [ofActor, ofTask, ofRun] = [await receiver(), await receiver(), await receiver()];
    const run = (await ask('POST /v2/acts/endless/runs')).body.data;
    const made = [
      await create({ eventTypes: all, requestUrl: ofActor.url, condition: { actorId: await idOf('acts/shop') } }),
      await create({ eventTypes: all, requestUrl: ofTask.url, condition: { actorTaskId: await idOf('actor-tasks/daily') } }),
      await create({ eventTypes: all, requestUrl: ofRun.url, condition: { actorRunId: run.id }, isAdHoc: true }),
    ];
    await ask('POST /v2/actor-tasks/daily/runs?waitForFinish=60');
    await ask('POST /v2/acts/shop/runs?waitForFinish=60');
    await ask(`POST /v2/actor-runs/${run.id}/abort`);
    await ask(`GET /v2/actor-runs/${run.id}?waitForFinish=60`);
    await expect
      .poll(() => [ofActor.events.toSorted(), ofTask.events.toSorted(), ofRun.events])
      .toEqual([
        ['ACTOR.RUN.CREATED', 'ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.SUCCEEDED'],
        ['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED'],
        ['ACTOR.RUN.ABORTED'],
      ]);
    const path = `/v2/webhooks/${made[0]?.id}`;
    await expect.poll(async () => (await ask(`GET ${path}`)).body.data.lastDispatch.status).toBe('SUCCEEDED');
    expect((await ask(`GET ${path}`)).body.data.stats).toEqual({ totalDispatches: 4 });
    const dispatches = (await ask(`GET ${path}/dispatches?limit=2`)).body.data;
    expect([dispatches.total, dispatches.count, violations('ListOfWebhookDispatches', dispatches)]).toEqual([4, 2, []]);
    expect(dispatches.items[0]).toMatchObject({ webhookId: made[0]?.id, webhook: { isAdHoc: false, requestUrl: ofActor.url } });
    for (const { id } of made) await ask(`DELETE /v2/webhooks/${id}`);
    await ask('POST /v2/acts/shop/runs?waitForFinish=60');
    expect((await ask('GET /v2/webhook-dispatches')).body.data.total).toBe(7);
  });

  it('that were given with a run are seen as ad hoc ones until it is deleted', async () => {
    const { url, events } = await receiver();
    const given = Buffer.from(JSON.stringify([{ eventTypes: all, requestUrl: url }])).toString('base64');
    const run = (await ask(`POST /v2/acts/shop/runs?waitForFinish=60&webhooks=${encodeURIComponent(given)}`)).body.data;
    await expect.poll(() => events.toSorted()).toEqual(['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED']);
    const [webhook, ...others] = (await ask('GET /v2/webhooks')).body.data.items;
    expect([webhook, others]).toMatchObject([{ isAdHoc: true, condition: { actorRunId: run.id }, requestUrl: url }, []]);
    expect((await ask(`GET /v2/webhooks/${webhook.id}/dispatches`)).body.data.total).toBe(2);
    await ask(`DELETE /v2/actor-runs/${run.id}`);
    expect((await ask('GET /v2/webhooks')).body.data.total).toBe(0);
  });

  it('are tested', async () => {
    const { url, events } = await receiver();
    const { id } = await create({ eventTypes: all, requestUrl: url, condition: { actorTaskId: 'daily' } });
    const tested = await ask(`POST /v2/webhooks/${id}/test`);
    expect([tested.status, violations('WebhookDispatch', tested.body.data)]).toEqual([201, []]);
    expect(tested.body.data).toMatchObject({ webhookId: id, eventType: 'TEST', eventData: { actorId: await idOf('acts/shop') } });
    await expect.poll(() => events).toEqual(['TEST']);
    await expect
      .poll(async () => (await ask(`GET /v2/webhook-dispatches/${tested.body.data.id}`)).body.data)
      .toMatchObject({ status: 'SUCCEEDED', calls: [{ responseStatus: 200, responseBody: 'thanks' }] });
    await ask(`DELETE /v2/webhooks/${id}`);
  });

  it.each<[fields: object, message: RegExp]>([
    [{ requestUrl: undefined }, /requestUrl: got "nothing", expected an http or https URL/],
    [{ eventTypes: ['X'] }, /eventTypes: got "X", expected one of/],
    [{ condition: undefined }, /condition: got no object, expected one with actorId/],
    [{ condition: {} }, /condition: got an empty object, expected actorId/],
    [{ condition: { actorId: 'none' } }, /condition\.actorId: got "none", expected one that exists/],
    [{ condition: { actorRunId: 'none' } }, /condition\.actorRunId: got "none", expected one that exists/],
    [{ payloadTemplate: '{' }, /payloadTemplate: got "\{", expected JSON/],
    [{ isAdHoc: 'yes' }, /isAdHoc: got a string, expected true or false/],
    [{ description: 1 }, /description: got a number, expected text/],
  ])('with %j are refused', async (fields, message) => {
    const wanted = { eventTypes: all, requestUrl: 'http://localhost:1/', condition: { actorId: 'shop' }, ...fields };
    const refused = await ask('POST /v2/webhooks', wanted, json);
    expect([refused.status, refused.body.error]).toEqual([
      400,
      { type: 'invalid-input', message: expect.stringMatching(message) },
    ]);
  });
});
