import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completeResponse } from './complete.js';
import { eachChunk, hasBody, type IncomingRequest } from './incoming-request.js';
import { nodeListener } from './node.js';
import { serve } from './testing/serve.js';

type Handler = (request: IncomingRequest) => Promise<unknown>;

/** A connection to a server that answers each request with the JSON of what its handler gives. */
async function connected(handler: Handler): Promise<Socket> {
  const origin = await serve(
    nodeListener(async (request) =>
      completeResponse(Buffer.from(JSON.stringify((await handler(request as IncomingRequest)) ?? {})), {}),
    ),
  );
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The JSON of one answer. */
async function answerTo(handler: Handler, lines: readonly string[], body = '') {
  const socket = await connected(handler);
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const chunks = await socket.toArray();
  return JSON.parse(Buffer.concat(chunks).toString().split('\r\n\r\n').at(-1) as string);
}

const post = ['POST / HTTP/1.1', 'Host: a'];

async function textOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  await eachChunk(request, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

const read = (request: Request): Promise<string> =>
  textOf(request).then(
    (text) => text,
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('a request that is not made by `Request` is the same as one that is', () => {
  it.each<[string, string[]]>([
    ['a plain one', ['GET /a?b=%20c#d HTTP/1.1', 'Host: A.example:80']],
    ['headers that came twice', [...post, 'X-A: 1', 'x-a: 2', 'Cookie: a=1', 'Cookie: b=2', 'Set-Cookie: a', 'Set-Cookie: b']],
    ['headers of which the first counts', ['GET / HTTP/1.1', 'Host: a', 'Host: b', 'User-Agent: c', 'User-Agent: d']],
    ['blanks and bytes', [...post, 'X-A: \t a b \t ', 'X-B:', 'X-C: \xe9\xff']],
    ['names of members of every object', [...post, '__proto__: a', 'constructor: b', 'toString: c']],
    ['a body', [...post, 'Content-Length: 2', 'Content-Type: text/plain']],
    ['a GET with a body', ['GET / HTTP/1.1', 'Host: a', 'Content-Length: 2']],
    ['another method', ['PROPFIND / HTTP/1.1', 'Host: a']],
    ['an absolute target', ['DELETE http://b/c?d HTTP/1.1', 'Host: a']],
  ])('%s', async (_, lines) => {
    const names = ['host', 'Host', 'x-a', 'x-b', 'x-c', 'cookie', 'set-cookie', 'user-agent', 'content-length'];
    names.push('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'none');
    const told = (request: Request, headers: Headers) => ({
      line: [request.method, request.url, request.mode, request.redirect, request.duplex, request.signal.aborted],
      values: names.map((name) => [name, headers.get(name), headers.has(name)]),
      hasBody: [hasBody(request), request.body !== null, request.bodyUsed],
    });
    const [light, standard] = await answerTo(
      async (request) => {
        const { headers } = request;
        const values = told(request, headers);
        expect([...headers]).toEqual([...request.standard.headers]);
        expect(told(request, headers)).toEqual(values);
        return [values, told(request.standard, request.standard.headers)];
      },
      lines,
      lines.includes('Content-Length: 2') ? '{}' : '',
    );
    expect(light).toEqual(standard);
  });

  it('its headers can be changed', async () => {
    const changed = await answerTo(
      async ({ headers }) => {
        headers.set('x-a', '3');
        headers.append('x-b', '4');
        headers.delete('host');
        return ['x-a', 'x-b', 'host'].map((name) => headers.get(name));
      },
      [...post, 'X-A: 1'],
    );
    expect(changed).toEqual(['3', '4', null]);
  });
});

describe('chunks of a body', () => {
  const chunked = ['Transfer-Encoding: chunked'];
  it.each<[string, string[], string, string]>([
    ['with a length', [...post, 'Content-Length: 6'], 'a body', 'a body'],
    ['empty', [...post, 'Content-Length: 0'], '', ''],
    ['without a length', post, '', ''],
    ['in chunks', [...post, ...chunked], '2\r\na \r\n4\r\nbody\r\n0\r\n\r\n', 'a body'],
    ['large', [...post, 'Content-Length: 3000000'], 'x'.repeat(3_000_000), 'x'.repeat(3_000_000)],
    ['of a GET', ['GET / HTTP/1.1', 'Host: a', 'Content-Length: 5'], 'a bod', ''],
  ])('%s', async (_, lines, body, expected) => {
    expect(await answerTo(async (request) => [await read(request), request.bodyUsed], lines, body)).toEqual([
      expected,
      hasBodyIn(lines),
    ]);
  });

  it.each<[string, (request: IncomingRequest) => Promise<unknown>, unknown]>([
    ['read twice', async (request) => [await read(request), await read(request)], ['ab', expect.stringMatching(/^TypeError: /)]],
    ['read after its stream was asked for', async (request) => [request.body !== null, await read(request)], [true, 'ab']],
    ['read as text', (request) => request.text(), 'ab'],
    ['read of the `Request`', (request) => read(request.standard), 'ab'],
    ['that came before it is read', (request) => new Promise((go) => setTimeout(go, 20)).then(() => read(request)), 'ab'],
  ])('%s', async (_, handler, expected) => {
    expect(await answerTo(handler, [...post, 'Content-Length: 2'], 'ab')).toEqual(expected);
  });

  it('what is left after an error of `take` is discarded, and the connection serves the next request', async () => {
    const socket = await connected(async (request) => {
      const refuse = (): void => {
        throw new Error('too large');
      };
      return eachChunk(request, refuse).catch((error: Error) => error.message);
    });
    const answered: string[] = [];
    socket.on('data', (chunk) => answered.push(...(String(chunk).match(/"too large"/g) ?? [])));
    const one = `${[...post, 'Content-Length: 1000000'].join('\r\n')}\r\n\r\n${'x'.repeat(1_000_000)}`;
    socket.write(one + one);
    await expect.poll(() => answered.length).toBe(2);
  });

  it.each([
    ['while it is read', 0],
    ['before it is read', 50],
  ])('the client leaves %s', async (_, milliseconds) => {
    const { promise, resolve } = resolvers<string>();
    const socket = await connected(async (request) => {
      socket.destroy();
      if (milliseconds > 0) await once(request.signal, 'abort');
      resolve(await read(request));
    });
    socket.write(`${[...post, 'Content-Length: 5'].join('\r\n')}\r\n\r\na`);
    expect(await promise).toMatch(/^Error: (?:aborted|the connection closed before the end of the body)$/);
  });
});

function hasBodyIn([line = '']: readonly string[]): boolean {
  return !line.startsWith('GET');
}

function resolvers<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
