import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../../../http/src/testing/serve.js';
import { openDatabase } from '../store/open-database.js';
import { commitStaged } from '../store/staged.js';
import type { RunEvent } from './dispatched-request.js';
import { createDispatcher, type DispatcherOptions } from './dispatcher.js';
import { parseWebhooks, type Webhook } from './webhook.js';

const event: RunEvent = {
  eventType: 'ACTOR.RUN.SUCCEEDED',
  createdAt: new Date('2026-01-02T03:04:05Z'),
  userId: 'user',
  eventData: { actorId: 'a', actorRunId: 'r' },
  resource: { id: 'r', status: 'SUCCEEDED' },
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that responds with each status in turn, and then always with the last one. */
async function receiver(statuses: readonly number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
      received.push({ headers: request.headers, body });
      if (status === 0) return request.socket.destroy();
      response.writeHead(status, { location: '/elsewhere' }).end('thanks');
    });
  });
  return { url, received };
}

async function dispatcher(options: Partial<DispatcherOptions> = {}, warnings: string[] = []) {
  const database = await openDatabase({ directory: undefined, fsync: 'never', warn: () => {} });
  const made = await createDispatcher(database, { allowPrivate: true, retryDelay: 1, ...options }, (line) => {
    warnings.push(line);
  });
  onTestFinished(() => made.close());
  return {
    ...made,
    dispatch: (webhooks: readonly Webhook[], told: RunEvent) => commitStaged(database, made.stage(webhooks, told)),
  };
}

const webhook = (fields: object) =>
  parseWebhooks(Buffer.from(JSON.stringify([{ eventTypes: [event.eventType], ...fields }])).toString('base64'), {
    allowPrivate: true,
  });

describe('webhooks', () => {
  it('arrive with the documented payload and headers, for requested events only', async () => {
    const { url, received } = await receiver([200]);
    const made = await dispatcher();
    await made.dispatch(
      [...webhook({ requestUrl: url }), ...webhook({ requestUrl: url, eventTypes: ['ACTOR.RUN.FAILED'] })],
      event,
    );
    await expect.poll(() => made.list()[0]?.status).toBe('SUCCEEDED');
    expect(received).toHaveLength(1);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      userId: 'user',
      createdAt: '2026-01-02T03:04:05.000Z',
      eventType: 'ACTOR.RUN.SUCCEEDED',
      eventData: event.eventData,
      resource: event.resource,
    });
    const [dispatch] = made.list();
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-apify-webhook-dispatch-id': dispatch?.id,
    });
    expect(dispatch?.calls).toMatchObject([{ responseStatus: 200, responseBody: 'thanks', errorMessage: null }]);
  });

  it('fill their own templates; headers of the connection are omitted', async () => {
    const { url, received } = await receiver([204]);
    const made = await dispatcher();
    const payloadTemplate = '{"text": "run {{resource.id}} ended", "status": {{resource.status}}}';
    const headersTemplate = '{"X-Token": "s", "X-Run": "{{resource.id}}", "Content-Length": "9", "Bad Name": "x"}';
    await made.dispatch(webhook({ requestUrl: url, payloadTemplate, headersTemplate, shouldInterpolateStrings: true }), event);
    await expect.poll(() => received).toHaveLength(1);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ text: 'run r ended', status: 'SUCCEEDED' });
    expect(received[0]?.headers).toMatchObject({ 'x-token': 's', 'x-run': 'r' });
  });

  it.each<[string, number[], object, string, (number | null)[]]>([
    ['are sent again until they succeed', [500, 0, 200], {}, 'SUCCEEDED', [500, null, 200]],
    ['fail after the last attempt', [503], {}, 'FAILED', [503, 503, 503]],
    ['follow no redirect', [302], { doNotRetry: true }, 'FAILED', [302]],
  ])('%s', async (_, statuses, fields, status, calls) => {
    const { url } = await receiver(statuses);
    const made = await dispatcher({ retries: 2 });
    await made.dispatch(webhook({ requestUrl: url, ...fields }), event);
    await expect.poll(() => made.list()[0]?.status).toBe(status);
    expect(made.list()[0]?.calls.map(({ responseStatus }) => responseStatus)).toEqual(calls);
  });

  it('reach no private address, also not by a name that resolves to one', async () => {
    const { url, received } = await receiver([200]);
    const { port } = new URL(url);
    const made = await dispatcher({ allowPrivate: false, retries: 0 });
    await made.dispatch([...webhook({ requestUrl: url }), ...webhook({ requestUrl: `http://localhost:${port}` })], event);
    await expect.poll(() => made.list().map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
    for (const { calls } of made.list()) expect(calls[0]?.errorMessage).toMatch(/private; allowed with --allow-private-webhooks/);
    expect(received).toHaveLength(0);
  });

  it('are a thousand at most, of which a few are sent at the same time: the oldest are given up', async () => {
    let open = 0;
    let most = 0;
    const url = await serve((request) => {
      open++;
      most = Math.max(most, open);
      request.socket.once('close', () => open--);
    });
    const warnings: string[] = [];
    const made = await dispatcher({ timeout: 1e6 }, warnings);
    const hundred = Array.from({ length: 100 }, () => webhook({ requestUrl: url })).flat();
    for (let events = 0; events < 11; events++) await made.dispatch(hundred, event);
    expect(warnings).toEqual(['100 webhook dispatches are given up: at most 1000 are kept']);
    await expect.poll(() => open).toBe(32);
    expect(made.list().map(({ status }) => status)).toEqual(Array.from({ length: 1000 }, () => 'ACTIVE'));
    await made.forget();
    expect(made.list()).toEqual([]);
    await expect.poll(() => open).toBe(0);
    expect(most).toBeLessThanOrEqual(64);
  });

  it('that ended make room before those under way', async () => {
    const { url } = await receiver([200]);
    const made = await dispatcher({ retryDelay: 1e6 });
    await made.dispatch(webhook({ requestUrl: 'http://127.0.0.1:1' }), event);
    const first = made.list()[0]?.id;
    const hundred = Array.from({ length: 100 }, () => webhook({ requestUrl: url })).flat();
    for (let events = 0; events < 11; events++) {
      await made.dispatch(hundred, event);
      const isOver = () => made.list().every(({ id, status }) => id === first || status === 'SUCCEEDED');
      await expect.poll(isOver).toBe(true);
    }
    expect([made.list().length, made.list().at(-1)?.id]).toEqual([1000, first]);
  });

  it('have a time limit, and stop when the emulator does', async () => {
    const url = await serve(() => {});
    const made = await dispatcher({ retries: 0, timeout: 20 });
    await made.dispatch(webhook({ requestUrl: url }), event);
    await expect.poll(() => made.list()[0]?.calls[0]?.errorMessage).toBe('no answer within 0.02 s');
    const patient = await dispatcher({ retryDelay: 1e6 });
    await patient.dispatch(webhook({ requestUrl: url }), event);
    await patient.dispatch(webhook({ requestUrl: 'http://127.0.0.1:1' }), event);
    await patient.close();
    expect(patient.list().map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  });
});
