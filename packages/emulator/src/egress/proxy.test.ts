import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { egressProxy, upstreamOf } from './proxy.js';
import { parseUsername } from './username.js';

async function site(): Promise<number> {
  const server = createServer(({ url, method, headers }, response) => {
    response.setHeader('x-seen', `${method} ${url} ${headers['proxy-authorization'] ?? 'none'}`).end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function opened(options: Parameters<typeof egressProxy>[0] = {}) {
  const proxy = egressProxy(options);
  onTestFinished(() => proxy.close());
  return { proxy, access: await proxy.open() };
}

const basic = (username: string, password: string) => ({
  'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly seen: unknown;
}

function get(port: number, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text, seen: response.headers['x-seen'] }));
    })
      .on('error', reject)
      .end();
  });
}

/** What the proxy and the server behind it send after CONNECT. */
function tunnel(port: number, host: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`);
    socket.setEncoding('latin1').on('data', (part: string) => {
      if (text === '' && part.startsWith('HTTP/1.1 200')) socket.write('GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      text += part;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}

describe('the proxy of runs', () => {
  it('sends HTTP requests and opens tunnels, and notes what they wished', async () => {
    const port = await site();
    const { proxy, access } = await opened();
    const auth = basic('groups-A%2BB,session-s_1,country-US_CA', access.password);
    expect(await get(access.port, `http://127.0.0.1:${port}/a?b=1`, auth)).toEqual({
      status: 200,
      text: 'hello',
      seen: 'GET /a?b=1 none',
    });
    expect(await tunnel(access.port, `127.0.0.1:${port}`, basic('auto', access.password))).toMatch(
      /^HTTP\/1\.1 200 .*GET \/x none.*hello/s,
    );
    const wishes = { groups: ['A', 'B'], session: 's_1', country: 'US_CA' };
    expect(proxy.requests()).toMatchObject([
      { method: 'GET', host: `127.0.0.1:${port}`, status: 200, ...wishes },
      { method: 'CONNECT', host: `127.0.0.1:${port}`, status: 200, groups: [] },
    ]);
    expect((await get(access.port, 'http://proxy.apify.com/?format=json', auth)).text).toContain('"connected":true');
  });

  it('sends everything to another proxy', async () => {
    const port = await site();
    const other = await opened();
    const upstream = upstreamOf(`http://auto:${other.access.password}@127.0.0.1:${other.access.port}`);
    const { access } = await opened({ upstream });
    const auth = basic('auto', access.password);
    expect((await get(access.port, `http://127.0.0.1:${port}/`, auth)).text).toBe('hello');
    expect(await tunnel(access.port, `127.0.0.1:${port}`, auth)).toContain('hello');
    expect(other.proxy.requests()).toMatchObject([{ method: 'GET' }, { method: 'CONNECT' }]);
  });

  it.each<[path: string, username: string, password: string | undefined, status: number, text: RegExp]>([
    ['http://a/', 'auto', 'wrong', 407, /not that of an active run/],
    ['http://a/', 'groups-', undefined, 400, /groups: got ""/],
    ['/a', 'auto', undefined, 400, /absolute http: URL/],
    ['https://a/', 'auto', undefined, 400, /or CONNECT/],
    ['http://127.0.0.1:1/', 'auto', undefined, 502, /ECONNREFUSED/],
  ])('refuses %s of %s', async (path, username, password, status, text) => {
    const { access } = await opened();
    const answer = await get(access.port, path, basic(username, password ?? access.password));
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
  });

  it.each<[host: string, password: string | undefined, answer: RegExp]>([
    ['a:443', 'wrong', /^HTTP\/1\.1 407 .*proxy-authenticate: Basic/s],
    ['a', undefined, /^HTTP\/1\.1 400 .*expected host:port/s],
    ['127.0.0.1:1', undefined, /^HTTP\/1\.1 502 .*ECONNREFUSED/s],
  ])('refuses a tunnel to %s', async (host, password, answer) => {
    const { access } = await opened();
    expect(await tunnel(access.port, host, basic('auto', password ?? access.password))).toMatch(answer);
  });

  it('has a limit of connections', async () => {
    const { access } = await opened({ connections: 1 });
    const first = connect(access.port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    onTestFinished(() => void first.destroy());
    await expect(get(access.port, 'http://proxy.apify.com/', basic('auto', access.password))).rejects.toThrow();
  });

  it('is only for runs: their passwords, and that of the user, end with them', async () => {
    const { proxy, access } = await opened();
    const url = 'http://proxy.apify.com/';
    expect((await get(access.port, url, basic('auto', proxy.password))).status).toBe(200);
    access.close();
    for (const password of [access.password, proxy.password]) {
      expect((await get(access.port, url, basic('auto', password))).status).toBe(407);
    }
  });
});

describe('a user name', () => {
  it.each([
    ['auto', { groups: [] }],
    ['session-a.b~c', { groups: [], session: 'a.b~c' }],
    ['country-DE', { groups: [], country: 'DE' }],
    ['', /got ""/],
    ['session-a b', /session: got "a b"/],
    [`session-${'x'.repeat(51)}`, /at most 50/],
    ['country-de', /country: got "de"/],
    ['session-a,session-b', /session twice/],
    ['colour-red', /got "colour-red", expected auto/],
  ])('%j', (username, expected) => {
    const got = parseUsername(username);
    if (expected instanceof RegExp) expect(got).toMatch(expected);
    else expect(got).toEqual(expected);
  });
});

it.each(['', 'proxy:8000', 'https://a', 'socks5://a'])('another proxy %j is refused', (given) => {
  expect(() => upstreamOf(given)).toThrow(/egressProxy: .*expected `off`, or the URL of an HTTP proxy/);
});
