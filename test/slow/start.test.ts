import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bad, checkRows, error } from '../command/rows.js';
import { inDirectory } from '../command/scratch.js';
import { startCommand, startEmulator, until } from '../command/started.js';

const run = promisify(execFile);
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

checkRows('start', [
  {
    name: 'an invalid port',
    args: ['start', '--port', '65536'],
    status: 64,
    stderr: error('port: got "65536", expected a whole number from 0 to 65535'),
  },
  {
    name: 'a storage together with --in-memory',
    args: ['start', '--storage', 'here', '--in-memory'],
    status: 64,
    stderr: error('storage: got "here", expected either --storage or --in-memory'),
  },
  {
    name: '--fsync without a storage',
    args: ['start', '--in-memory', '--fsync', 'batch'],
    status: 64,
    stderr: error('fsync: got "batch", expected no --fsync without --storage, because nothing is on disk'),
  },
  {
    name: 'an invalid log format',
    args: ['start', '--log', 'xml'],
    status: 64,
    stderr: error('log: got "xml", expected one of text, json'),
  },
  {
    name: 'an address that this machine does not have',
    args: ['start', '--in-memory', '--port', '0', '--host', '192.0.2.1'],
    status: 69,
    stderr: error('cannot listen on port 0 of 192.0.2.1: address not available'),
  },
  {
    name: 'a seed that does not exist',
    args: ['start', '--in-memory', '--port', '0', '--seed', 'none.jsonl'],
    status: 66,
    stderr: error('none.jsonl: cannot be read: no such file or directory'),
  },
  {
    name: 'a seed without items',
    args: ['start', '--in-memory', '--port', '0', '--seed', 'bad.jsonl'],
    files: { 'bad.jsonl': bad },
    status: 65,
    stderr: error('bad.jsonl: line 2, byte 9: not valid JSON'),
  },
  {
    name: 'an invalid configuration',
    args: ['start', '--in-memory', '--config', 'emulator.json'],
    files: { 'emulator.json': '{"actors":{"shop":{"comand":["x"]}}}' },
    status: 65,
    stderr: error('emulator.json: actors.shop.comand: got an unknown name, expected a name that exists; did you mean `command`?'),
  },
  {
    name: 'no runs at all',
    args: ['start', '--in-memory', '--max-runs', '0'],
    status: 64,
    stderr: error('maxRuns: got "0", expected a whole number, 1 or more'),
  },
  {
    name: 'help',
    args: ['start', '--help'],
    stdout: /^Usage: dataset-items start .*--port <n> .*4040.*--in-memory.*Ctrl-C or SIGTERM/s,
  },
]);

describe('start', () => {
  it('prints its URL and the settings of clients', async () => {
    const { url, stdout } = await startEmulator(['--in-memory']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(stdout()).toContain(`new ApifyClient({ baseUrl: '${url}', publicBaseUrl: '${url}', token: "any" })`);
    expect(stdout()).toContain(`before 2.17   new ApifyClient({ baseUrl: '${url}', token: "any" })`);
    expect(stdout()).toContain(`export APIFY_API_BASE_URL=${url} APIFY_API_PUBLIC_BASE_URL=${url} APIFY_TOKEN=any\n`);
    expect(stdout()).toContain(`export APIFY_CLIENT_BASE_URL=${url}; apify login --token any\n`);
  });

  it.each([[[]], [['--token', "it's secret"]]])(
    'with %j: the printed lines work when pasted, one after the other',
    async (flags) => {
      const { stdout } = await startEmulator(['--in-memory', ...flags]);
      const lines = stdout().match(/^ {2}curl .*$/gm) ?? [];
      expect(lines).toHaveLength(3);
      const answers: string[] = [];
      for (const line of lines) answers.push((await run('sh', ['-c', `${line} --silent --show-error --fail`])).stdout);
      expect(JSON.parse(answers[0] as string)).toMatchObject({ data: { name: 'products' } });
      expect(answers[2]).toBe('\ufeff"price/amount","title"\r\n"10","Oak table"\r\n');
    },
  );

  it('with what npm start declares: a task whose run is one of the printed lines', async () => {
    const { stdout } = await startEmulator([
      '--in-memory',
      '--seed',
      `${examples}earthquakes.jsonl`,
      '--config',
      `${examples}emulator.json`,
    ]);
    expect(stdout()).toContain('Its tasks: strong-earthquakes\n');
    const line = stdout().match(/^ {2}curl .*run-sync-get-dataset-items.*$/m)?.[0];
    const { stdout: csv } = await run('sh', ['-c', `${line} --silent --show-error --fail`]);
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toContain('"properties/mag"');
  });

  it('reports an invalid configuration, and continues', () =>
    inDirectory({ 'emulator.json': '{"actors":{"shop":{"fixture":{}}}}' }, async (cwd) => {
      const started = await startEmulator(['--in-memory', '--quiet', '--config', 'emulator.json'], { cwd });
      writeFileSync(join(cwd, 'emulator.json'), '{"actors":7}');
      await until(started, () => started.stderr().match(/emulator\.json: actors: got 7, expected an object .*stays in use\n/));
      expect((await fetch(`${started.url}/v2/acts/shop`)).status).toBe(200);
    }));

  it.each([['SIGINT'], ['SIGTERM'], ['SIGHUP']] as const)('%s ends it with status 0', async (signal) => {
    const { child, ended, stderr } = await startEmulator(['--in-memory']);
    child.kill(signal);
    expect([await ended, stderr()]).toEqual([0, '']);
  });

  it('waits for requests in progress, and breaks those that do not end', async () => {
    const { child, ended, url } = await startEmulator(['--in-memory', '--quiet']);
    await fetch(`${url}/v2/datasets?name=big`, { method: 'POST' });
    const items = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'x'.repeat(400) })));
    for (let push = 0; push < 3; push++) await fetch(`${url}/v2/datasets/big/items`, { method: 'POST', body: items });
    const [read, left] = await Promise.all([open(`${url}/v2/datasets/big/items`), open(`${url}/v2/datasets/big/items`)]);
    // Most of it before the signal: what is under way then has two seconds.
    const chunks: AsyncIterator<Buffer> = read[Symbol.asyncIterator]();
    let length = 0;
    while (length < 2.5 * items.length) length += (await chunks.next()).value?.length ?? 0;
    child.kill('SIGINT');
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) length += next.value.length;
    expect(length).toBeGreaterThan(3 * items.length);
    expect(await ended).toBe(0);
    await expect(lengthOf(left)).rejects.toThrow('aborted');
  });

  it('logs one line per request, without secrets', async () => {
    const started = await startEmulator(['--in-memory', '--token', 'secret']);
    await fetch(`${started.url}/v2/datasets?token=secret&limit=1`);
    const line = await until(started, () => started.stderr().match(/^\d\d:\d\d:\d\d GET .*\n$/));
    expect(line[0]).toMatch(/ GET \/v2\/datasets\?limit=1 200 \d+ B [\d.]+ ms\n$/);
  });

  it('--log json: one object per line', async () => {
    const started = await startEmulator(['--in-memory', '--log', 'json']);
    await fetch(`${started.url}/v2/datasets/none`);
    const line = await until(started, () => started.stderr().match(/^\{.*\}\n$/));
    expect(JSON.parse(line[0])).toMatchObject({ method: 'GET', target: '/v2/datasets/none', status: 404, state: 'complete' });
  });

  it('--quiet: logs nothing', async () => {
    const { child, url, stderr, ended } = await startEmulator(['--in-memory', '--quiet']);
    await (await fetch(`${url}/v2/datasets`)).text();
    child.kill('SIGINT');
    expect([await ended, stderr()]).toEqual([0, '']);
  });

  it('--seed: each file is a dataset; a reset brings them back', () =>
    inDirectory({ 'a.jsonl': '{"id":1}\n', 'some/b c.csv': 'id,name\n1,x\n' }, async (cwd) => {
      const { url, stdout } = await startEmulator(['--in-memory', '--quiet', '--seed', 'a.jsonl', 'some'], { cwd });
      expect(stdout()).toContain('in memory: a, b-c\n');
      expect(stdout()).toContain(`curl '${url}/v2/datasets/a/items?format=csv&limit=3'\n`);
      expect(await (await fetch(`${url}/v2/datasets/b-c/items`)).json()).toEqual([{ id: '1', name: 'x' }]);
      await fetch(`${url}/v2/datasets/a/items`, { method: 'POST', body: '{"id":2}' });
      expect((await fetch(`${url}/_emulator/reset`, { method: 'POST' })).status).toBe(204);
      expect(await (await fetch(`${url}/v2/datasets/a/items`)).json()).toEqual([{ id: 1 }]);
    }));

  it('--token: this token and no other', async () => {
    const { url } = await startEmulator(['--in-memory', '--token', 'right', '--quiet']);
    const statuses = ['', '?token=wrong', '?token=right'].map(
      async (query) => (await fetch(`${url}/v2/datasets${query}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
  });

  it('--strict: an unknown parameter is refused', async () => {
    const { url } = await startEmulator(['--in-memory', '--strict', '--quiet']);
    await fetch(`${url}/v2/datasets?name=a`, { method: 'POST' });
    expect((await fetch(`${url}/v2/datasets/a/items?lmit=1`)).status).toBe(400);
  });

  it('--storage: pushed items exist after a restart, and only one process can use the directory', () =>
    inDirectory({}, async (cwd) => {
      const first = await startEmulator(['--storage', 'kept', '--quiet'], { cwd });
      await fetch(`${first.url}/v2/datasets?name=mine`, { method: 'POST' });
      await fetch(`${first.url}/v2/datasets/mine/items`, { method: 'POST', body: '[{"a":1}]' });
      const second = startCommand(['start', '--storage', 'kept', '--port', '0'], { cwd });
      expect(await second.ended).toBe(69);
      expect(second.stderr()).toMatch(/^dataset-items: error: kept: in use by process \d+ on /);
      first.child.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      const again = await startEmulator(['--storage', 'kept', '--fsync', 'never', '--quiet'], { cwd });
      expect(again.stdout()).toContain('its datasets in kept: mine\n');
      expect(await (await fetch(`${again.url}/v2/datasets/mine/items`)).json()).toEqual([{ a: 1 }]);
      again.child.kill('SIGTERM');
      await again.ended;
    }));

  it('a port that another program uses: status 69, and the port is named', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { ended, stderr } = startCommand(['start', '--in-memory', '--port', String(port)]);
    expect(await ended).toBe(69);
    expect(stderr()).toBe(
      error(`port ${port} of 127.0.0.1 is used by another program; choose another with --port (0 for any free port)`),
    );
    server.close();
  });

  it('an address that other machines can reach, without a token: a warning', async () => {
    const open = await startEmulator(['--in-memory', '--host', '0.0.0.0']);
    await until(open, () => open.stderr().match(/^dataset-items: warning: 0\.0\.0\.0: other machines can reach this address/));
    const guarded = await startEmulator(['--in-memory', '--host', '0.0.0.0', '--token', 'secret']);
    expect(guarded.stderr()).toBe('');
  });
});

/** A response whose body was not read yet. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, { agent: false }, resolve).on('error', reject));
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of response) length += (chunk as Buffer).length;
  return length;
}
