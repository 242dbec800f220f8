import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { ask } from '../listen.js';
import { exchange, proxyOf, rawUpstream, upstreamOf } from './servers.js';

const host = 'Host: 127.0.0.1';

/** Requests that mean one thing to one server and another to the next, or mean another server. */
const refused: readonly (readonly [name: string, text: string, status: number])[] = [
  ['a length and chunks', `POST /x HTTP/1.1\r\n${host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['two lengths', `POST /x HTTP/1.1\r\n${host}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 400],
  ['a length that is no number', `POST /x HTTP/1.1\r\n${host}\r\nContent-Length: +3\r\n\r\nabc`, 400],
  [
    'chunks that are not the last coding',
    `POST /x HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['an unknown coding', `POST /x HTTP/1.1\r\n${host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  ['a blank before the colon', `POST /x HTTP/1.1\r\n${host}\r\nContent-Length : 3\r\n\r\nabc`, 400],
  ['a header line that goes on', `GET /x HTTP/1.1\r\n${host}\r\nX-A: 1\r\n b\r\nContent-Length: x\r\n\r\n`, 400],
  ['a line feed in a chunk size', `POST /x HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n1\n\r\na\r\n0\r\n\r\n`, 400],
  ['no host', 'GET /x HTTP/1.1\r\n\r\n', 400],
  ['two hosts', `GET /x HTTP/1.1\r\n${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, 400],
  ['a host that is not its own', 'GET /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
  ['a host with a user', 'GET /x HTTP/1.1\r\nHost: 127.0.0.1@evil.example\r\nConnection: close\r\n\r\n', 400],
  ['a host with a path', 'GET /x HTTP/1.1\r\nHost: 127.0.0.1/evil.example\r\nConnection: close\r\n\r\n', 400],
  ['another server as its target', `GET http://evil.example/x HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['a target that is an asterisk', `OPTIONS * HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['a way out of the path', `GET /a/../../x HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['an encoded way out of the path', `GET /a/%2e%2E/x HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['a way out with an encoded slash', `GET /a/..%2Fx HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['a way out within a segment', `GET /v2/datasets/a%2F..%5c..%2Fb/items HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['a backslash', `GET /\\evil.example/x HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ['no host in HTTP/1.0', 'GET /x HTTP/1.0\r\n\r\n', 403],
  ['no version', 'GET /x\r\n\r\n', 403],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  [
    'a coding before the chunks',
    `POST /x HTTP/1.1\r\n${host}\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    501,
  ],
  ['a line feed that ends a header', `GET /x HTTP/1.1\r\n${host}\r\nX-A: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a push to its own page', `POST /_proxy/metrics HTTP/1.1\r\n${host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, 405],
  ['an upgrade', `GET /x HTTP/1.1\r\n${host}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`, 501],
  ['a header that is too large', `GET /x HTTP/1.1\r\n${host}\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a body that is too large', `POST /x HTTP/1.1\r\n${host}\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n`, 413],
];

it.each(refused)('refused, and not passed on: %s', async (_, text, status) => {
  const { url: upstream, seen } = await upstreamOf((_, outgoing) => void outgoing.end('reached'));
  const url = await proxyOf(upstream, { limits: { bodyBytes: 1000 } });
  // What is closed at the end of a request that is not refused would wait for ever otherwise.
  const came = await exchange(url, text);
  expect([came.slice(0, 12), seen]).toEqual([`HTTP/1.1 ${status}`, []]);
});

it('a tunnel to another server is not made', async () => {
  const { url: upstream, seen } = await upstreamOf((_, outgoing) => void outgoing.end());
  expect(await exchange(await proxyOf(upstream), `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n\r\n`)).not.toMatch(/ 200 /);
  expect(seen).toEqual([]);
});

it('a body in chunks that is too large is cut off', async () => {
  const { url: upstream, underWay } = await upstreamOf((incoming) => void incoming.resume());
  const url = await proxyOf(upstream, { limits: { bodyBytes: 1000 } });
  const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
  const text = `POST /x HTTP/1.1\r\n${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`;
  expect(await exchange(url, text)).toMatch(/^HTTP\/1.1 413 /);
  await expect.poll(underWay).toBe(0);
});

it('a request is passed on as it is, without what is of the connection, and so is its answer', async () => {
  const body = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
  let came: { method?: string | undefined; url?: string | undefined; headers: string[]; body: Buffer } | undefined;
  const { url: upstream } = await upstreamOf(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    came = { method: incoming.method, url: incoming.url, headers: incoming.rawHeaders, body: Buffer.concat(chunks) };
    outgoing.writeHead(418, 'Own Words', [
      ...['X-Twice', 'a', 'X-Twice', 'b', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Connection', 'X-Hop, close', 'X-Hop', '1'],
      ...['Keep-Alive', 'timeout=1', 'Trailer', 'X-Sum', 'ETag', 'W/"1"', 'Content-Type', 'x/y'],
    ]);
    outgoing.write(body);
    outgoing.addTrailers({ 'X-Sum': 'last' });
    outgoing.end();
  });
  const url = await proxyOf(`${upstream}/base`);
  const { port } = new URL(url);
  const headers = [
    ...[
      'Host: localhost',
      'X-Own: ä',
      'X-Twice: 1',
      'X-Twice: 2',
      'Authorization: Bearer abc',
      'traceparent: 00-1-2-01',
      'tracestate: a=b',
    ],
    ...[
      'Connection: X-Gone, close',
      'X-Gone: 1',
      'Proxy-Authorization: Basic x',
      'TE: trailers, gzip',
      'Keep-Alive: 5',
      'Upgrade: h2c',
    ],
    ...['Referer: http://u:p@h/a?token=secret&b=1#c', 'Transfer-Encoding: chunked'],
  ];
  const text = `PATCH //x/%41?b=%20&token=t&&c HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n`;
  const answer = await exchange(`http://127.0.0.1:${port}`, text);
  expect(came).toMatchObject({ method: 'PATCH', url: '/base//x/%41?b=%20&token=t&&c', body: Buffer.from('12345678') });
  const lines = Array.from(
    { length: (came?.headers.length ?? 0) / 2 },
    (_, at) => `${came?.headers[2 * at]}: ${came?.headers[2 * at + 1]}`,
  );
  expect(lines.filter((line) => !/^(?:host|connection|transfer-encoding):/i.test(line))).toEqual([
    ...['X-Own: ä', 'X-Twice: 1', 'X-Twice: 2', 'Authorization: Bearer abc', 'traceparent: 00-1-2-01', 'tracestate: a=b'],
    ...['Referer: http://h/a?b=1', 'TE: trailers'],
  ]);
  expect(lines.filter((line) => /^host:/i.test(line))).toEqual([`host: ${new URL(upstream).host}`]);
  const [head = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 418 Own Words\r\n/);
  for (const line of [
    'X-Twice: a',
    'X-Twice: b',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'ETag: W/"1"',
    'Content-Type: x/y',
    'Trailer: X-Sum',
  ]) {
    expect(head.split('\r\n')).toContain(line);
  }
  expect(head).not.toMatch(/X-Hop|timeout=1/);
  expect(answer).toContain('\r\n0\r\nx-sum: last\r\n');
});

it.each(['HEAD', 'GET'])('a %s without a body keeps its length', async (method) => {
  const { url: upstream } = await upstreamOf(
    (_, outgoing) => void outgoing.writeHead(method === 'HEAD' ? 200 : 304, { 'content-length': '5', etag: '"a"' }).end(),
  );
  const { status, headers, bytes } = await ask(`${await proxyOf(upstream)}/x`, { method });
  expect([status, headers.etag, bytes.length]).toEqual([method === 'HEAD' ? 200 : 304, '"a"', 0]);
});

it('over HTTP/1.0 half a body does not look whole', async () => {
  const upstream = await rawUpstream((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
  });
  expect(await exchange(await proxyOf(upstream), `GET /x HTTP/1.0\r\n${host}\r\n\r\n`)).toMatch(/^HTTP\/1.1 (?:500|502) /);
});

it.each([
  { name: 'a user', upstream: 'http://u:secret@127.0.0.1' },
  { name: 'a query', upstream: 'http://127.0.0.1/?token=secret' },
  { name: 'another protocol', upstream: 'ftp://127.0.0.1/' },
])('an upstream with $name is refused, without its secrets', async ({ upstream }) => {
  const error = await proxyOf(upstream).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid-parameter', parameter: 'upstream' });
  expect(String(error)).not.toContain('secret');
});

it('nobody listens at the upstream: a 502 that names only its origin', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  const { status, bytes } = await ask(`${await proxyOf(`http://127.0.0.1:${port}`)}/x?token=secret`);
  expect([status, JSON.parse(bytes.toString())]).toEqual([
    502,
    {
      error: {
        type: 'upstream-failed',
        message: `http://127.0.0.1:${port} cannot be reached, or broke the connection (ECONNREFUSED)`,
      },
    },
  ]);
});
