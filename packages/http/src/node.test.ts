import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { describe, expect, it } from 'vitest';
import { streamedResponse } from './chunks.js';
import { completeBytes, completeResponse } from './complete.js';
import { RefusedRequestError } from './failure.js';
import type { LoggedFailure } from './log.js';
import { type FetchHandler, type NodeHandlerOptions, toNodeHandler } from './node.js';
import { ask, serve } from './testing/serve.js';

const tell: FetchHandler = (request) =>
  Response.json({ url: request.url, method: request.method, headers: [...request.headers] });

async function told(path: string, headers: Record<string, string> = {}, options: NodeHandlerOptions = {}) {
  const origin = await serve(toNodeHandler(tell, options));
  const { status, bytes } = await ask(origin, { path, headers });
  const answer = JSON.parse(bytes.toString());
  return { status, origin, url: answer.url, headers: new Headers(answer.headers), error: answer.error };
}

describe('the request', () => {
  it.each([
    ['/a/b?c=d&c=%2C+e', '/a/b?c=d&c=%2C+e', 'path and query'],
    ['//evil.example/a', '//evil.example/a', 'a path that looks like a host is a path'],
    ['http://evil.example/a?b', '/a?b', 'an absolute target has no say in the host'],
    ['/a#b', '/a#b', 'a fragment'],
    ['/%zz?a=%zz', '/%zz?a=%zz', 'a broken escape'],
  ])('%s gives %s: %s', async (target, expected) => {
    const { status, url, origin } = await told(target);
    expect([status, url]).toEqual([200, `${origin}${expected}`]);
  });

  it.each([
    ['ftp://a/b', {}],
    ['a b', {}],
    ['mailto:x', {}],
    ['/', { host: 'a/b' }],
    ['/', { host: 'user@b' }],
    ['/', { host: 'a?b' }],
    ['/', { host: 'a:99999999' }],
    ['/', { host: '' }],
  ])('%s with %j is a 400', async (target, headers) => {
    const origin = await serve(toNodeHandler(tell));
    const answer = await raw(
      origin,
      `GET ${target} HTTP/1.1\r\nHost: ${'host' in headers ? headers.host : 'a'}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('headers of proxies are ignored; a configured origin is used', async () => {
    const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
    const { url, origin } = await told('/a', forwarded);
    expect(url).toBe(`${origin}/a`);
    expect((await told('/a?b', { host: 'evil.example' }, { origin: 'https://example.com' })).url).toBe('https://example.com/a?b');
  });

  it('without a host (HTTP/1.0) the local address is used', async () => {
    expect(await raw(await serve(toNodeHandler(tell)), 'GET /a HTTP/1.0\r\n\r\n')).toContain('"url":"http://localhost/a"');
  });

  it('headers that came twice are joined', async () => {
    const lines = ['Host: a', 'X-A: 1', 'X-A: 2', 'Cookie: a=1', 'Cookie: b=2', 'Connection: close'].join('\r\n');
    const answer = await raw(await serve(toNodeHandler(tell)), `GET / HTTP/1.1\r\n${lines}\r\n\r\n`);
    expect(answer).toContain('["x-a","1, 2"]');
    expect(answer).toContain('["cookie","a=1; b=2"]');
  });

  it('a body comes as a stream', async () => {
    const origin = await serve(toNodeHandler(async (request) => new Response(`${(await request.text()).length}`)));
    const body = 'x'.repeat(3_000_000);
    expect(await (await fetch(origin, { method: 'POST', body })).text()).toBe('3000000');
    expect(await (await fetch(origin, { method: 'PUT', body: '' })).text()).toBe('0');
  });

  it('after a body that is read in part or not at all, the connection serves the next request', async () => {
    const handler: FetchHandler = async (request) => {
      if (new URL(request.url).pathname === '/never') return new Response('ok', { status: 413 });
      const reader = (request.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      await reader.cancel();
      return new Response('ok', { status: 413 });
    };
    const origin = await serve(toNodeHandler(handler));
    for (const path of ['/never', '/middle', '/never', '/middle']) {
      const response = await fetch(`${origin}${path}`, { method: 'POST', body: 'x'.repeat(1_000_000) });
      expect([response.status, await response.text()]).toEqual([413, 'ok']);
    }
  });

  it('TRACE is not allowed', async () => {
    expect((await ask(await serve(toNodeHandler(tell)), { method: 'TRACE' })).status).toBe(405);
  });
});

describe('the response', () => {
  it('cookies stay separate, and Node sets the headers of the connection', async () => {
    const origin = await serve(
      toNodeHandler(() => {
        const headers = new Headers({ 'transfer-encoding': 'gzip', connection: 'close', 'x-a': 'b' });
        headers.append('set-cookie', 'a=1');
        headers.append('set-cookie', 'b=2');
        return new Response('ok', { status: 418, statusText: 'Short and stout', headers });
      }),
    );
    const { status, headers, bytes } = await ask(origin);
    expect([status, String(bytes)]).toEqual([418, 'ok']);
    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-a': 'b', 'transfer-encoding': 'chunked' });
  });

  it('cookies and Vary of other layers are kept', async () => {
    const handler = toNodeHandler(() => new Response('ok', { headers: { vary: 'Accept-Encoding', 'set-cookie': 'b=2' } }));
    const origin = await serve((incoming, outgoing) => {
      outgoing.setHeader('Vary', 'Origin');
      outgoing.setHeader('Set-Cookie', 'a=1');
      handler(incoming, outgoing);
    });
    expect((await ask(origin)).headers).toMatchObject({ vary: 'Origin, Accept-Encoding', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('HEAD has no body, and the given body is cancelled', async () => {
    let left = false;
    const body = (): ReadableStream =>
      new ReadableStream({
        cancel() {
          left = true;
        },
      });
    const { status, bytes } = await ask(await serve(toNodeHandler(() => new Response(body()))), { method: 'HEAD' });
    expect([status, bytes.length, left]).toEqual([200, 0, true]);
  });

  it.each([204, 304])('%i has no body', async (status) => {
    const answer = await ask(await serve(toNodeHandler(() => new Response(null, { status }))));
    expect([answer.status, answer.bytes.length, answer.cut]).toEqual([status, 0, false]);
  });

  it('a body that fails at once breaks the connection', async () => {
    const body = new ReadableStream({ pull: () => Promise.reject(new Error('torn')) });
    const { status, cut } = await ask(await serve(toNodeHandler(() => new Response(body))));
    expect([status, cut]).toEqual([200, true]);
  });

  it.each<[string, string, Record<string, string>]>([
    ['GET', 'a body', {}],
    ['GET', '', {}],
    ['HEAD', 'a body', { 'content-length': '6' }],
    ['GET', 'x'.repeat(3_000_000), { 'content-length': '3000000' }],
  ])('%s: bytes that are all there are sent as they are', async (method, text, headers) => {
    const bytes = Buffer.from(text);
    const origin = await serve(toNodeHandler(() => completeResponse(bytes, { status: 201, headers })));
    const answer = await ask(origin, { method });
    const length = method === 'HEAD' ? headers['content-length'] : String(bytes.length);
    expect([answer.status, answer.headers['content-length'], answer.cut]).toEqual([201, length, false]);
    expect(answer.bytes.equals(method === 'HEAD' ? Buffer.alloc(0) : bytes)).toBe(true);
  });

  it('a response whose bytes are all there can be read like any other, once', async () => {
    const response = completeResponse(Buffer.from('{"a":1}'), {});
    expect(String(completeBytes(response))).toBe('{"a":1}');
    expect(await response.json()).toEqual({ a: 1 });
    expect(completeBytes(response)).toBeUndefined();
    expect(completeBytes(new Response('a'))).toBeUndefined();
  });

  it('whoever reads a response whose bytes are all there may change the chunks', async () => {
    const bytes = Buffer.from('ab');
    for await (const chunk of completeResponse(bytes, {}).body as NodeReadableStream<Uint8Array>) chunk.fill(0);
    expect(String(bytes)).toBe('ab');
  });

  it.each<[string, (response: Response) => Promise<unknown>]>([
    ['text', (response) => response.text()],
    ['json', async (response) => JSON.stringify(await response.json())],
    ['arrayBuffer', async (response) => Buffer.from(await response.arrayBuffer()).toString()],
    ['blob', async (response) => (await response.blob()).text()],
    ['a clone', (response) => response.clone().text()],
    [
      'its body',
      async (response) =>
        Buffer.concat(await Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>).toArray()).toString(),
    ],
    ['another response', (response) => new Response(response.body, response).text()],
  ])('a response whose bytes are all there: %s', async (_, read) => {
    const init = { status: 201, statusText: 'Made', headers: { 'content-type': 'application/json' } };
    const response = completeResponse(Buffer.from('{"a":1}'), init);
    expect([response instanceof Response, response.bodyUsed, response.body?.locked]).toEqual([true, false, false]);
    response.headers.set('x-a', 'b');
    const { status, statusText, headers } = response.clone();
    expect([status, statusText, headers.get('content-type'), headers.get('x-a')]).toEqual([201, 'Made', 'application/json', 'b']);
    expect(await read(response)).toBe('{"a":1}');
  });

  it('headers do not wait for a body that comes late', async () => {
    let proceed = (): void => {};
    const body = new ReadableStream({
      pull: (controller) =>
        new Promise<void>((resolve) => {
          proceed = () => {
            controller.enqueue(Buffer.from('late'));
            controller.close();
            resolve();
          };
        }),
    });
    const response = await fetch(await serve(toNodeHandler(() => new Response(body))));
    proceed();
    expect([response.status, await response.text()]).toEqual([200, 'late']);
  });

  it('the signal of a request with a complete response does not fire', async () => {
    let signal: AbortSignal | undefined;
    const handler: FetchHandler = (request) => {
      signal = request.signal;
      return new Response('ok');
    };
    await ask(await serve(toNodeHandler(handler)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(signal?.aborted).toBe(false);
  });

  it('a handler that throws: a refusal has its status, any other error is a logged 500', async () => {
    const logged: LoggedFailure[] = [];
    const handler: FetchHandler = (request) => {
      if (request.url.endsWith('/refused')) throw new RefusedRequestError('invalid-token', 'no');
      throw new Error('private');
    };
    const origin = await serve(toNodeHandler(handler, { log: (failure) => logged.push(failure) }));
    expect((await ask(`${origin}/refused`)).status).toBe(401);
    const { status, bytes } = await ask(`${origin}/?token=secret`);
    expect([status, JSON.parse(String(bytes)).error.type]).toEqual([500, 'internal-server-error']);
    expect(logged).toEqual([{ error: new Error('private'), status: 500, method: 'GET', url: `${origin}/` }]);
  });

  it('a response that cannot be sent breaks the connection, and is logged', async () => {
    const logged: LoggedFailure[] = [];
    const handler = toNodeHandler(() => new Response('ok'), { log: (failure) => logged.push(failure) });
    const origin = await serve((incoming, outgoing) => {
      outgoing.write('begun already');
      handler(incoming, outgoing);
    });
    expect((await ask(origin)).cut).toBe(true);
    expect(logged.map(({ error }) => String(error))).toEqual([expect.stringContaining('after they are sent')]);
  });
});

/** All bytes of the response, as they were sent. */
function raw(origin: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

it('a body of large chunks in memory that is used again, through middleware that replaces `write` and does not call back', async () => {
  const size = 64 * 1024;
  const handle = toNodeHandler(async () => {
    const memory = new Uint8Array(size);
    let count = 0;
    const next = async () => (count < 20 ? memory.fill(count++) : undefined);
    return streamedResponse({ next, cancel: async () => {} }, {});
  });
  const origin = await serve((incoming, outgoing) => {
    const write = outgoing.write.bind(outgoing) as (chunk: Uint8Array) => boolean;
    const kept: Uint8Array[] = [];
    Object.assign(outgoing, { write: (chunk: Uint8Array) => kept.push(chunk) > 0 });
    const end = outgoing.end.bind(outgoing);
    Object.assign(outgoing, {
      end: () => {
        for (const chunk of kept) write(chunk);
        end();
      },
    });
    handle(incoming, outgoing);
  });
  const { bytes } = await ask(origin, {});
  expect(Buffer.from(bytes).equals(Buffer.concat(Array.from({ length: 20 }, (_, count) => Buffer.alloc(size, count))))).toBe(
    true,
  );
});
