import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../../../http/src/testing/serve.js';
import { createDispatcher, type DispatcherOptions, type RunEvent } from './dispatcher.js';
import { parseWebhooks } from './webhook.js';

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

/** A server that answers with each status in turn, the last for ever. */
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

function dispatcher(options: Partial<DispatcherOptions> = {}) {
  const made = createDispatcher({ allowPrivate: true, retryDelay: 1, ...options });
  onTestFinished(() => made.close());
  return made;
}

const webhook = (fields: object) =>
  parseWebhooks(Buffer.from(JSON.stringify([{ eventTypes: [event.eventType], ...fields }])).toString('base64'), {
    allowPrivate: true,
  });

describe('webhooks', () => {
  it('arrive with the documented payload and headers, at those that asked for the event', async () => {
    const { url, received } = await receiver([200]);
    const made = dispatcher();
    made.dispatch([...webhook({ requestUrl: url }), ...webhook({ requestUrl: url, eventTypes: ['ACTOR.RUN.FAILED'] })], event);
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

  it('fill their own templates; names that the connection needs are left out', async () => {
    const { url, received } = await receiver([204]);
    const made = dispatcher();
    const payloadTemplate = '{"text": "run {{resource.id}} ended", "status": {{resource.status}}}';
    const headersTemplate = '{"X-Token": "s", "X-Run": "{{resource.id}}", "Content-Length": "9", "Bad Name": "x"}';
    made.dispatch(webhook({ requestUrl: url, payloadTemplate, headersTemplate, shouldInterpolateStrings: true }), event);
    await expect.poll(() => received).toHaveLength(1);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ text: 'run r ended', status: 'SUCCEEDED' });
    expect(received[0]?.headers).toMatchObject({ 'x-token': 's', 'x-run': 'r' });
  });

  it.each<[string, number[], object, string, (number | null)[]]>([
    ['are sent again until they are taken', [500, 0, 200], {}, 'SUCCEEDED', [500, null, 200]],
    ['are given up in the end', [503], {}, 'FAILED', [503, 503, 503]],
    ['follow no redirect', [302], { doNotRetry: true }, 'FAILED', [302]],
  ])('%s', async (_, statuses, fields, status, calls) => {
    const { url } = await receiver(statuses);
    const made = dispatcher({ retries: 2 });
    made.dispatch(webhook({ requestUrl: url, ...fields }), event);
    await expect.poll(() => made.list()[0]?.status).toBe(status);
    expect(made.list()[0]?.calls.map(({ responseStatus }) => responseStatus)).toEqual(calls);
  });

  it('reach no private address, also under a name that leads there', async () => {
    const { url, received } = await receiver([200]);
    const { port } = new URL(url);
    const made = dispatcher({ allowPrivate: false, retries: 0 });
    made.dispatch([...webhook({ requestUrl: url }), ...webhook({ requestUrl: `http://localhost:${port}` })], event);
    await expect.poll(() => made.list().map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
    for (const { calls } of made.list()) expect(calls[0]?.errorMessage).toMatch(/private; allowed with --allow-private-webhooks/);
    expect(received).toHaveLength(0);
  });

  it('have so long to be answered, and end when the emulator does', async () => {
    const url = await serve(() => {});
    const made = dispatcher({ retries: 0, timeout: 20 });
    made.dispatch(webhook({ requestUrl: url }), event);
    await expect.poll(() => made.list()[0]?.calls[0]?.errorMessage).toBe('no answer within 0.02 s');
    const patient = dispatcher({ retryDelay: 1e6 });
    patient.dispatch(webhook({ requestUrl: url }), event);
    patient.dispatch(webhook({ requestUrl: 'http://127.0.0.1:1' }), event);
    await patient.close();
    expect(patient.list().map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  });
});
