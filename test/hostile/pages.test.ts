import { createEmulator, endpoints } from '@dataset-items/emulator';
import { describe, expect, it } from 'vitest';
import { corsOf, filled, world } from './world.js';

/** Requests of pages of other sites, and to names that resolve to this machine. Without the access check they would all succeed. */
const rows: [finding: string, line: string, headers: (port: number) => Record<string, string>, message: RegExp, body?: string][] =
  [
    [
      'A1a a page stores a document',
      'PUT /v2/key-value-stores/shelf/records/page',
      from('http://evil.example'),
      /--cors http:\/\/evil\.example/,
      '<script>',
    ],
    ['A1a a page makes a store', 'POST /v2/key-value-stores?name=x', from('http://evil.example'), /--cors/],
    ['A1b a name that leads here starts a run', 'POST /v2/acts/shop/runs', to('emu.test:5404'), /--allow-host emu\.test,/],
    ['A1b a name that leads here resets', 'POST /_emulator/reset', to('emu.test:5404'), /--allow-host emu\.test,/],
    ['A1b a name that leads here reads', 'GET /v2/datasets/box/items', to('emu.test:5404'), /--allow-host/],
    [
      'A1b a name with its own page',
      'POST /v2/acts/shop/runs',
      (port) => ({ ...to('emu.test:1')(port), ...from('http://emu.test:1')(port) }),
      /--allow-host/,
    ],
    ['A1b a name, with any token', 'GET /v2/datasets/box?token=any', to('emu.test'), /--allow-host/],
    [
      'A1b a name, with a token in its header',
      'GET /v2/datasets/box',
      (port) => ({ ...to('emu.test')(port), authorization: 'Bearer any' }),
      /--allow-host/,
    ],
    ['A1c Origin alone starts a run', 'POST /v2/acts/shop/runs', from('http://evil.example'), /--cors http:\/\/evil\.example/],
    ['A1c Origin and a token', 'POST /v2/acts/shop/runs?token=any', from('http://evil.example'), /--cors/],
    [
      'A1c Origin and a token in its header',
      'POST /v2/acts/shop/runs',
      (port) => ({ ...from('http://evil.example')(port), authorization: 'Bearer any' }),
      /--cors/,
    ],
    ['A1c Host starts a run', 'POST /v2/acts/shop/runs', to('evil.example:5402'), /--allow-host evil\.example,/],
    ['A1c Host controls', 'POST /_emulator/fail-next', to('evil.example:5402'), /--allow-host evil\.example,/],
    ['A1c Origin null controls', 'POST /_emulator/reset', from('null'), /A page of another origin .*--token/],
    ['A1d a page reads requests', 'GET /_emulator/requests', site('cross-site'), /--cors/],
    ['A1d a page aborts a run', 'POST /v2/actor-runs/none/abort', site('cross-site'), /--cors/],
    ['A1e an image deletes', 'GET /v2/datasets/box?method=DELETE', site('cross-site'), /--cors/],
    ['A1e a page deletes', 'DELETE /v2/datasets/box', from('http://evil.example'), /--cors/],
    [
      'A1e an image deletes, at a host that browsers do not trust',
      'GET /v2/datasets/box?method=DELETE',
      to('emulator:4040'),
      /as a DELETE or with a token in Authorization/,
    ],
    [
      'A1e an image starts a run there',
      'GET /v2/acts/shop/run-sync',
      to('emulator:4040'),
      /as a POST or with a token in Authorization/,
    ],
    [
      'A1e an image starts a run there, with a token in its query',
      'GET /v2/acts/shop/run-sync?token=any',
      to('emulator:4040'),
      /as a POST/,
    ],
    ['A1e an image resets there', 'GET /_emulator/reset?method=POST', to('emulator:4040'), /as a POST or with a token/],
    [
      'another port of this machine',
      'GET /v2/datasets/box/items',
      (port) => from(`http://127.0.0.1:${port + 1}`)(port),
      /--cors http:\/\/127\.0\.0\.1:\d+ /,
    ],
    [
      'another name of this machine',
      'GET /v2/datasets/box/items',
      (port) => from(`http://localhost:${port}`)(port),
      /--cors http:\/\/localhost/,
    ],
    ['another scheme', 'GET /v2/datasets/box/items', (port) => from(`https://127.0.0.1:${port}`)(port), /--cors https:/],
    [
      'a name that begins as this one',
      'GET /v2/datasets/box/items',
      (port) => from(`http://127.0.0.1:${port}.evil.example`)(port),
      /--cors/,
    ],
    ['an origin of no scheme that is known', 'GET /v2/datasets/box/items', from('chrome-extension://abc'), /--cors/],
    ['an origin that is empty', 'GET /v2/datasets/box/items', from(''), /--cors/],
    [
      'two origins',
      'GET /v2/datasets/box/items',
      (port) => from(`http://127.0.0.1:${port}, http://evil.example`)(port),
      /--cors/,
    ],
    ['a page of a host beside this', 'GET /v2/datasets/box/items', site('same-site'), /--cors/],
    ['a site that is not known', 'GET /v2/datasets/box/items', site('same-origin, cross-site'), /--cors/],
    ['a path without an endpoint', 'GET /nothing-that-is-asked-for', from('http://evil.example'), /--cors/],
    ['a path of the API that is not served', 'GET /v2/browser-info', from('http://evil.example'), /--cors/],
    ['an invalid signature', 'GET /v2/datasets/box/items?signature=x', from('http://evil.example'), /--cors/],
    ['what is served', 'GET /_emulator/openapi.json', from('http://evil.example'), /--cors/],
  ];

function from(origin: string) {
  return (_port: number) => ({ origin });
}

function to(host: string) {
  return (_port: number) => ({ host });
}

function site(name: string) {
  return (_port: number) => ({ 'sec-fetch-site': name });
}

describe('pages of other sites, without a token', () => {
  it.each(rows)('%s: %s', async (_, line, headers, message, body) => {
    const { ask, port, state } = await world();
    const before = await state();
    const answer = await ask(line, headers(port), body);
    expect(answer.status).toBe(403);
    const { error } = JSON.parse(answer.text);
    expect(error.type).toBe('insufficient-permissions');
    expect(error.message).toMatch(message);
    expect(answer.text).not.toContain('secret');
    expect(corsOf(answer)).toEqual([]);
    expect(await state()).toEqual(before);
  });

  const hostile = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { host: 'evil.example' },
  ];
  const served = endpoints.filter(({ summary }) => summary !== undefined);

  it.each(hostile)(
    'with %j every endpoint is closed, by its method and by ?method=, and so says a preflight',
    async (headers) => {
      const { ask, state } = await world();
      const before = await state();
      const open: string[] = [];
      for (const { method, path } of served) {
        const at = filled(path);
        const preflight = {
          ...headers,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization',
        };
        const ways = [
          await ask(`${method} ${at}`, headers),
          await ask(`GET ${at}?method=${method}`, headers),
          await ask(`OPTIONS ${at}`, preflight),
        ];
        if (ways.some((answer) => answer.status !== 403 || corsOf(answer).length > 0)) open.push(`${method} ${path}`);
      }
      expect(open).toEqual(['GET /_emulator/health']);
      expect(await state()).toEqual(before);
    },
  );

  it('use up no failure of fail-next', async () => {
    const { ask, inside } = await world();
    await inside('POST /_emulator/fail-next?path=/v2/datasets');
    const { waiting } = await inside('GET /_emulator/fail-next');
    expect((await ask('GET /v2/datasets', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await inside('GET /_emulator/fail-next')).waiting).toEqual(waiting);
    expect((await ask('GET /v2/datasets')).status).toBe(500);
  });
});

describe('Host, without a token', () => {
  it.each<[host: string, isTaken: boolean]>([
    ['127.0.0.1', true],
    ['127.9.8.7:1', true],
    ['localhost', true],
    ['LocalHost:4040', true],
    ['a.b.localhost', true],
    ['[::1]:4040', true],
    ['[::ffff:127.0.0.1]', true],
    ['2130706433', true],
    ['emulator', true],
    ['emulator:4040', true],
    ['allowed.test', true],
    ['ALLOWED.test:99', true],
    ['10.1.2.3:1', true],
    ['[fd00::1]', true],
    ['public.example', true],
    ['not.allowed.test', false],
    ['allowed.test.', false],
    ['localhost.evil.example', false],
    ['evil.localhost.example', false],
    ['127.0.0.1.evil.example', false],
    ['notlocalhost.', false],
    ['evil.notlocalhost', false],
    ['128.0.0.1', false],
    ['0.0.0.0', false],
    ['192.168.1.5', false],
    ['3232235777', false],
    ['[fe80::1]', false],
    ['[fd00::2]', false],
    ['[::ffff:10.0.0.1]', false],
  ])('%s: %s', async (host, isTaken) => {
    const { ask } = await world({ allowHosts: ['allowed.test', '10.1.2.3', 'fd00::1'], origin: 'https://public.example' });
    expect((await ask('GET /v2/datasets/box', { host })).status).toBe(isTaken ? 200 : 403);
    // The right token gives access under any host.
    const { ask: askWithToken } = await world({ token: 'right' });
    expect((await askWithToken('GET /v2/datasets/box?token=right', { host })).status).toBe(200);
    expect((await askWithToken('GET /v2/datasets/box?token=wrong', { host })).status).toBe(401);
  });

  it('its configured address is its own', async () => {
    const { emulator, port, ask } = await world();
    expect((await ask('GET /v2/datasets', { host: `0.0.0.0:${port}` })).status).toBe(403);
    const { url } = await emulator.listen({ port: 0, host: '0.0.0.0' });
    expect((await fetch(`${url}/v2/datasets?token=any`)).status).toBe(200);
  });

  it('changes by a plain GET: from this machine, from its own page, or with a token in a header', async () => {
    const { ask, port } = await world();
    const line = 'GET /v2/acts/shop/run-sync';
    expect((await ask(line)).status).toBe(201);
    expect((await ask(line, { host: 'a.localhost' })).status).toBe(201);
    expect((await ask(line, { host: 'emulator', authorization: 'Bearer any' })).status).toBe(201);
    expect((await ask(line, { host: `emulator:${port}`, origin: `http://emulator:${port}` })).status).toBe(201);
    expect((await ask('POST /v2/acts/shop/run-sync', { host: 'emulator' })).status).toBe(201);
    expect((await ask('GET /v2/datasets/box/items', { host: 'emulator' })).status).toBe(200);
    expect((await ask('HEAD /v2/datasets/box?method=DELETE', { host: 'emulator' })).status).toBe(200);
  });

  it.each(['a.test:80', 'http://a.test', 'a/b', '', '[::1]:80', 'a b'])('an invalid allowed host: %j', async (host) => {
    await expect(createEmulator({ allowHosts: [host] })).rejects.toThrow('allowHost: got');
  });

  it.each(['*', 'null', 'localhost:3000', 'http://a.test/path', 'file:///a', ''])(
    'an origin to let in that is none: %j',
    async (origin) => {
      await expect(createEmulator({ cors: [origin] })).rejects.toThrow('cors: got');
    },
  );
});
