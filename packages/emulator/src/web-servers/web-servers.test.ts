import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Served, served } from './testing/served.js';

const upgrade = { connection: 'Upgrade', upgrade: 'echo' };

/** Starts a run, and waits until its server answers. */
async function startedRun({ ask }: Served, actor = 'server', access: Record<string, string> = {}) {
  const run = (await ask(`POST /v2/actors/${actor}/runs`, access)).body.data;
  const path = `/_runs/${run.id}`;
  await expect.poll(async () => (await ask(`GET ${path}/`, access)).status, { timeout: 60_000, interval: 20 }).toBe(200);
  return { run, path };
}

describe('the web server of a run', () => {
  it('is asked through containerUrl, by every method, in API mode and in local mode', async () => {
    const world = await served();
    const { ask, url } = world;
    for (const actor of ['server', 'local', 'anyPort']) {
      const { run, path } = await startedRun(world, actor);
      expect(run.containerUrl).toBe(`${url}${path}`);
      const rows: [line: string, body: string | undefined, url: string][] = [
        ['GET /a%20b/c?x=1&method=DELETE&token=t', undefined, '/a%20b/c?x=1&method=DELETE&token=t'],
        ['GET ', undefined, '/'],
        ['POST /form', 'a=1', '/form'],
        ['PUT /x', '{}', '/x'],
        ['PATCH /x', 'patch', '/x'],
        ['DELETE /x/', undefined, '/x/'],
      ];
      for (const [line, body, at] of rows) {
        const [method = '', rest = ''] = line.split(' ');
        const came = await ask(`${method} ${path}${rest}`, { 'x-mine': 'yes' }, body);
        expect([line, came.status]).toEqual([line, 200]);
        expect(came.body).toMatchObject({ method, url: at, body: body ?? '' });
        expect(came.body.headers['x-mine']).toBe('yes');
        expect(came.body.runUrl).toBe(run.containerUrl);
        expect(came.headers['set-cookie']).toEqual(['a=1', 'b=2']);
      }
      expect((await ask(`HEAD ${path}/x`)).text).toBe('');
      expect((await ask(`GET ${path}/teapot`)).status).toBe(418);
      expect((await ask(`GET ${path}/socket`, upgrade)).echoed).toBe('hello');
      const shown = (await ask(`GET /v2/actor-runs/${run.id}`)).body.data;
      expect(shown.isContainerServerReady).toBe(true);
    }
  });

  it('that is gone or does not listen: a 4xx where asking again is useless, a 502 where it may help', async () => {
    const world = await served();
    const { ask } = world;
    const run = (await ask('POST /v2/actors/mute/runs')).body.data;
    const fixed = (await ask('POST /v2/actors/fixed/runs?waitForFinish=60')).body.data;
    const rows: [path: string, status: number, type: string][] = [
      ['/_runs/none/', 404, 'record-not-found'],
      [`/_runs/${fixed.id}/`, 400, 'job-finished'],
      [`/_runs/${run.id}/page`, 502, 'web-server-unavailable'],
    ];
    for (const [path, status, type] of rows) {
      const came = await ask(`GET ${path}`);
      expect([path, came.status, came.body.error.type]).toEqual([path, status, type]);
      const socket = await ask(`GET ${path}`, upgrade);
      expect([path, socket.status]).toEqual([path, status]);
    }
    expect((await ask('GET /elsewhere', upgrade)).status).toBe(404);
    await ask(`POST /v2/actor-runs/${run.id}/abort`);
    await ask(`GET /v2/actor-runs/${run.id}?waitForFinish=60`);
    expect((await ask(`GET /_runs/${run.id}/`)).body.error.type).toBe('job-finished');
  });

  it.each<[what: string, path: string, sends: string, status: string]>([
    ['the server does not answer', '/held', '', ''],
    ['the server does not answer, and the client sends bytes', '/held', 'x'.repeat(1000), ''],
    ['the server refuses, and the client sends bytes', '/teapot', 'x'.repeat(1000), '418'],
    ['there is no such run, and the client sends bytes', '/../none/', 'x'.repeat(200_000), '404'],
    ['there is no such place, and the client sends bytes', '/../../elsewhere', 'x'.repeat(200_000), '404'],
    ['the client sends too much before it is answered', '/held', 'x'.repeat(2_000_000), ''],
  ])(
    'a web socket that does not come about leaves no connection open when its client leaves: %s',
    async (_, at, sends, status) => {
      const world = await served();
      const { path } = await startedRun(world);
      const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
      await expect.poll(open).toBe(0);
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
      const ended = new Promise<void>((resolve) => void socket.on('error', () => {}).once('close', () => resolve()));
      let came = '';
      socket.on('data', (bytes) => {
        came += bytes;
      });
      const { pathname } = new URL(`${world.url}${path}${at}`);
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.write(sends);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      await ended;
      expect(came.slice(9, 12)).toBe(status);
      await expect.poll(open).toBe(0);
    },
  );

  it('headers for one connection, and a body of GET, are not passed on; what came from here before is refused', async () => {
    const world = await served();
    const { path } = await startedRun(world);
    const hop = { connection: 'keep-alive, x-hop', 'x-hop': '1', 'proxy-authorization': 'Basic abc', expect: '100-continue' };
    const came = await world.ask(`GET ${path}/`, { ...hop, 'content-length': '2', 'x-mine': 'yes' }, '{}');
    expect(came.status).toBe(200);
    expect(Object.keys(came.body.headers).sort()).toEqual(['connection', 'host', 'via', 'x-mine']);
    expect((await world.ask(`GET ${path}/`, { via: came.body.headers.via ?? '' })).status).toBe(502);
  });

  it('an offer of HTTP/2 is ignored, with a body too', async () => {
    const world = await served();
    const { path } = await startedRun(world);
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA' };
    expect((await world.ask('GET /v2/datasets', offer)).status).toBe(200);
    expect((await world.ask(`POST ${path}/form`, offer, 'a=1')).body).toMatchObject({ method: 'POST', body: 'a=1' });
    expect((await world.ask('POST /v2/datasets', offer, undefined)).status).toBe(201);
  });

  it('a server that ends its process while it is asked', async () => {
    const world = await served();
    const { path } = await startedRun(world);
    expect((await world.ask(`GET ${path}/end`)).status).toBe(502);
  });
});

describe('the web server of a run is as closed as the emulator', () => {
  it('without a token: not to other hosts and to pages of other origins, by HTTP and by web sockets', async () => {
    const world = await served();
    const { ask, url } = world;
    const { run, path } = await startedRun(world);
    const own = `${run.id}.runs.localhost`;
    const rows: [headers: Record<string, string>, status: number][] = [
      [{}, 200],
      [{ origin: url }, 200],
      [{ host: 'evil.example' }, 403],
      [{ origin: 'http://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ origin: `http://${own}` }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
    ];
    for (const [headers, status] of rows) {
      expect([headers, (await ask(`GET ${path}/page`, headers)).status]).toEqual([headers, status]);
      expect([headers, (await ask(`GET ${path}/page`, { ...headers, ...upgrade })).status]).toEqual([
        headers,
        status === 200 ? 101 : status,
      ]);
    }
  });

  it('a page under the host of the emulator is shown in a sandbox; under a host of its own it has its own origin', async () => {
    const world = await served();
    const { ask } = world;
    const { run, path } = await startedRun(world);
    const { headers } = await ask(`GET ${path}/page`);
    expect(headers['content-security-policy']).toBe('sandbox');
    for (const name of ['access-control-allow-origin', 'strict-transport-security', 'clear-site-data']) {
      expect([name, headers[name]]).toEqual([name, undefined]);
    }
    // As browsers send it.
    const host = `${run.id.toLowerCase()}.runs.localhost:4040`;
    const own = await ask('GET /page?x=1', { host });
    expect([own.status, JSON.parse(own.text).url]).toEqual([200, '/page?x=1']);
    expect(own.headers['content-security-policy']).toBeUndefined();
    expect((await ask('GET /v2/datasets', { host })).body.url).toBe('/v2/datasets');
    expect((await ask('GET /page', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask('GET /page', { host, origin: 'http://127.0.0.1:4040' })).status).toBe(403);
    expect((await ask('GET /echo', { host, ...upgrade })).echoed).toBe('hello');
    // The page of a run reaches nothing of the emulator.
    expect((await ask('GET /v2/datasets', { origin: `http://${host}` })).status).toBe(403);
  });

  it('with a token: only with that token; with --read-only: not at all', async () => {
    const world = await served({ token: 'right' });
    const right = { authorization: 'Bearer right' };
    const { path } = await startedRun(world, 'server', right);
    const rows: [line: string, headers: Record<string, string>, status: number][] = [
      [`GET ${path}/`, {}, 401],
      [`GET ${path}/`, { authorization: 'Bearer wrong' }, 401],
      [`GET ${path}/?token=right`, {}, 200],
      [`GET ${path}/`, right, 200],
    ];
    for (const [line, headers, status] of rows) {
      expect([line, (await world.ask(line, headers)).status]).toEqual([line, status]);
      const came = await world.ask(line, { ...headers, ...upgrade });
      expect([line, came.status]).toEqual([line, status === 200 ? 101 : status]);
    }
    // The server of a run does not get the emulator's token.
    for (const line of [`GET ${path}/?a=1&token=right`, `GET ${path}/?a=1`]) {
      const { body } = await world.ask(line, right);
      expect([body.url, body.headers.authorization]).toEqual(['/?a=1', undefined]);
    }
    const closed = await served({ readOnly: true });
    expect((await closed.ask('GET /_standby/ready/')).status).toBe(403);
    expect((await closed.ask('GET /_standby/ready/', upgrade)).status).toBe(403);
  });
});
