import { describe, expect, it } from 'vitest';
import { corsOf, world } from './world.js';

describe('allowed pages', () => {
  const listed = { origin: 'http://listed.test:3000' };

  it('a listed origin can read, change and start; only it may read the responses', async () => {
    const { ask, emulator } = await world({ cors: ['http://listed.test:3000', 'https://other.test'] });
    for (const line of [
      'GET /v2/datasets/box/items',
      'PUT /v2/key-value-stores/shelf/records/a',
      'POST /v2/acts/shop/runs',
      'GET /v2/datasets/none',
    ]) {
      const answer = await ask(line, { ...listed, 'sec-fetch-site': 'cross-site' });
      expect([line, answer.headers['access-control-allow-origin'], String(answer.headers.vary).includes('Origin')]).toEqual([
        line,
        listed.origin,
        true,
      ]);
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(
        (await ask(line.replace(/^\w+/, 'OPTIONS'), { ...listed, 'access-control-request-method': line.split(' ')[0] ?? '' }))
          .headers,
      ).toMatchObject({
        'access-control-allow-origin': listed.origin,
        'access-control-allow-methods': expect.stringContaining(line.split(' ')[0] ?? ''),
      });
    }
    // The request of an image or a link does not have the origin.
    expect((await ask('GET /v2/datasets/box', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('GET /v2/datasets/box', { origin: 'http://listed.test' })).status).toBe(403);
    expect((await ask('GET /v2/datasets/box', { ...listed, host: 'evil.example' })).status).toBe(403);
    expect(emulator.datasets.list().length).toBeGreaterThan(0);
  });

  it('its own pages, and addresses that the user typed', async () => {
    const { ask, port } = await world({ origin: 'https://public.example' });
    for (const headers of [
      { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' },
      { origin: 'https://public.example' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const answer = await ask('GET /v2/datasets/box/items', headers);
      expect([answer.status, corsOf(answer)]).toEqual([200, []]);
      expect((await ask('POST /v2/acts/shop/runs', headers)).status).toBe(201);
    }
  });

  it('with a token: everybody who has it, from any origin, and nobody else', async () => {
    const { ask } = await world({ token: 'right' });
    for (const headers of [listed, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { host: 'evil.example' }]) {
      const answer = await ask('POST /v2/acts/shop/runs', { ...headers, authorization: 'Bearer right' });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([201, '*']);
      expect((await ask('POST /v2/acts/shop/runs', { ...headers, authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await ask('GET /v2/acts/shop/run-sync', headers)).status).toBe(401);
      expect((await ask('GET /nothing', headers)).status).toBe(401);
      // The preflight request of a browser has no token.
      const preflight = await ask('OPTIONS /v2/acts/shop/runs', { ...headers, 'access-control-request-method': 'POST' });
      expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, '*']);
    }
  });

  it('OPTIONS without a method, or with one that is not served', async () => {
    const { ask } = await world();
    expect((await ask('OPTIONS /v2/datasets')).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
    expect((await ask('OPTIONS /nothing')).status).toBe(404);
    for (const method of ['PATCH', 'TRACE', 'nonsense']) {
      const asked = { 'access-control-request-method': method };
      expect((await ask('OPTIONS /v2/datasets', asked)).status).toBe(204);
      expect((await ask('OPTIONS /v2/datasets', { ...asked, origin: 'http://evil.example' })).status).toBe(403);
    }
  });

  it('health is open to everybody, and emulator.fetch checks neither Host nor Origin', async () => {
    const { ask, emulator } = await world();
    for (const headers of [{ origin: 'http://evil.example' }, { host: 'evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await ask('GET /_emulator/health', headers);
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
      const request = new Request('http://evil.example/v2/datasets/box', { headers: { ...headers } });
      expect((await emulator.fetch(request)).status).toBe(200);
    }
  });
});
