import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { serve as serveHono } from '@hono/node-server';
import {
  type FetchHandler,
  formats,
  itemsHandler,
  itemsSource,
  type LoggedFailure,
  type Source,
  toNodeHandler,
} from 'dataset-items';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';

const items = Array.from({ length: 20_000 }, (_, n) => ({ n, name: `item ${n}` }));
const path = '/v2/datasets/furniture/items';

/** Starts a server on a free port. @returns its origin */
type Mount = (handler: FetchHandler) => Promise<string>;

const frameworks: Readonly<Record<string, Mount>> = {
  // The first, because its server replaces the global `Response`: what is made of the response after that must work too.
  hono: async (handler) => {
    const app = new Hono();
    app.get('/v2/datasets/:id/items', (context) => handler(context.req.raw));
    return opened(serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  'bare node:http': async (handler) => opened(createServer(toNodeHandler(handler)).listen(0, '127.0.0.1')),
  express: async (handler) => {
    const app = express();
    app.use('/v2/datasets', toNodeHandler(handler));
    return opened(app.listen(0, '127.0.0.1'));
  },
  fastify: async (handler) => {
    const app = fastify();
    const listener = toNodeHandler(handler);
    app.addHook('onRequest', async (_, reply) => void reply.header('x-hook', 'set'));
    app.get('/v2/datasets/:id/items', (request, reply) => {
      reply.hijack();
      reply.raw.setHeaders(new Map(Object.entries(reply.getHeaders()) as [string, string][]));
      listener(request.raw, reply.raw);
    });
    await app.ready();
    return opened(app.server.listen(0, '127.0.0.1'));
  },
};

describe.each(Object.entries(frameworks))('%s', (name, mount) => {
  it('gives the items, compressed or not, and the headers', async () => {
    const origin = await mount(itemsHandler(() => ({ source: itemsSource(items), version: '1' })));
    const plain = await ask(`${origin}${path}?limit=15000`);
    expect([plain.status, plain.headers['x-apify-pagination-count']]).toEqual([200, '15000']);
    expect(JSON.parse(plain.bytes.toString('utf8'))).toEqual(items.slice(0, 15_000));
    const zipped = await ask(`${origin}${path}?limit=15000`, { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    const { etag = '' } = plain.headers;
    expect((await ask(`${origin}${path}?limit=15000`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask(`${origin}${path}?limit=x`)).status).toBe(400);
  });

  it('keeps the headers that the framework has set', async () => {
    const origin = await mount(itemsHandler(() => ({ source: itemsSource(items) })));
    const { headers } = await ask(`${origin}${path}?limit=1`);
    expect([headers['x-hook'], headers['content-type']]).toEqual([
      name === 'fastify' ? 'set' : undefined,
      formats.json.mediaType,
    ]);
  });

  it('HEAD gives only the headers', async () => {
    const origin = await mount(itemsHandler(() => ({ source: itemsSource(items) })));
    const { status, headers, bytes } = await ask(`${origin}${path}?format=csv`, { method: 'HEAD' });
    expect([status, headers['x-apify-pagination-total'], bytes.length]).toEqual([200, '20000', 0]);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  it('the link of a feed is the whole request', async () => {
    const origin = await mount(itemsHandler(() => ({ source: itemsSource(items) })));
    const feed = await ask(`${origin}${path}?format=rss&limit=1&token=x`);
    expect(feed.bytes.toString('utf8')).toContain(`<link>${origin}${path}?format=rss&amp;limit=1</link>`);
  });

  it('a failure in the middle breaks the connection', async () => {
    const logged: LoggedFailure[] = [];
    const origin = await mount(itemsHandler(() => ({ source: torn }), { log: (failure) => logged.push(failure) }));
    const { status, cut } = await ask(`${origin}${path}`);
    expect([status, cut, logged.length]).toEqual([200, true, 1]);
  });

  it('a client that disconnects closes the source', async () => {
    let closed = 0;
    const silent = itemsSource(
      (async function* () {
        yield* items;
        yield await new Promise<never>(() => {});
      })(),
    );
    const source: Source = {
      facts: silent.facts,
      total: async () => items.length + 1,
      async *read(window, signal) {
        try {
          yield* silent.read(window, signal);
        } finally {
          closed++;
        }
      },
    };
    const leave = new AbortController();
    const origin = await mount(itemsHandler(() => ({ source })));
    const response = await fetch(`${origin}${path}`, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await expect.poll(() => closed).toBe(1);
  });
});

const torn: Source = {
  facts: { id: 'x', name: 'x', modifiedAt: undefined },
  total: async () => items.length,
  async *read() {
    yield items;
    throw new Error('torn');
  },
};

async function opened(server: Server): Promise<string> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  if (!server.listening) {
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
