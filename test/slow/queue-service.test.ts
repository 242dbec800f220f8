import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { ended, freePort } from './services/process.js';
import { type Redis, startRedis } from './services/redis.js';

const folder = mkdtempSync(join(tmpdir(), 'queue-service-'));
const children: ChildProcess[] = [];
let redis: Redis;
let at: readonly string[];

beforeAll(async () => {
  redis = await startRedis();
  at = ['--queue', redis.url, '--store', join(folder, 'store')];
});

afterAll(async () => {
  for (const child of children) await ended(child);
  await redis?.stop();
  rmSync(folder, { recursive: true });
});

/** Starts a program, and resolves with what a line of its output has. */
async function started(args: readonly string[], line: RegExp, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  for await (const text of child.stdout) {
    output += text;
    const [, found] = line.exec(output) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`it ended: ${output}`);
}

const outputsOf = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [commandPath, ...args]);
const run = async (...args: readonly string[]): Promise<string> => (await outputsOf(...args)).stdout;

it('the example: a service whose large exports a worker makes, the command that asks for one, and the metrics', async () => {
  const worker = [commandPath, 'work', ...at, '--datasets', 'examples/scale/datasets.mjs', '--metrics-port', '0'];
  const metrics = await started(worker, /(http:\S+\/metrics)/);
  const env = { QUEUE: redis.url, STORE: join(folder, 'store'), PORT: '0', OVER: '2' };
  const url = await started(['examples/scale/service.mjs'], /(http:\S+)/, env);
  const whole = await run('export', 'examples/earthquakes.jsonl', '--format', 'csv');
  const later = await fetch(url, { headers: { prefer: 'respond-async' } });
  expect([200, 202]).toContain(later.status);
  await later.arrayBuffer();
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).toString()).toBe(whole);

  expect(await run('work', 'submit', 'earthquakes', ...at, '--id', 'quakes', '--format', 'csv', '--progress')).toBe('quakes\n');
  expect(await run('work', 'list', ...at)).toMatch(/^EXPORT .*\n(.*\n)*quakes +earthquakes +done +1\/1 /);
  expect(await run('work', 'show', 'quakes', ...at)).toMatch(/^quakes: done, 1\/1 tasks, /);
  await run('work', 'result', 'quakes', ...at, '-o', join(folder, 'quakes.csv'));
  expect(await run('export', join(folder, 'quakes.csv'), '--format', 'csv')).toBe(whole);
  await expect(run('work', 'show', 'other', ...at)).rejects.toMatchObject({ code: 66 });
  await expect(run('work', 'submit', 'earthquakes', ...at, '--id', 'a/b')).rejects.toMatchObject({ code: 64 });
  await expect(run('work', 'submit', 'unknown', ...at, '--id', 'unknown', '--progress')).rejects.toMatchObject({ code: 66 });
  expect(await run('work', 'list', ...at)).toMatch(/unknown +unknown +failed.*\n {2}unknown: Dataset was not found/);
  await expect(run('work', 'show', 'unknown', ...at)).rejects.toMatchObject({
    ...{ code: 66, stdout: expect.stringMatching(/^unknown: failed, /) },
    stderr: expect.stringContaining('unknown: Dataset was not found'),
  });
  expect((await outputsOf('work', 'cancel', 'quakes', ...at)).stderr).toBe('dataset-items: warning: quakes was done already\n');
  expect(Number(await run('work', 'sweep', ...at, '--older-than', '0s', '--results'))).toBeGreaterThan(0);
  const text = await (await fetch(metrics)).text();
  expect(text).toMatch(/^dataset_items_queue_worker_tasks_total\{kind="read",outcome="done"\} [1-9]/m);
  expect(text).toMatch(/^dataset_items_queue_tasks\{state="active"\} 0$/m);
});

it.each([
  ['the emulator', ['start', '--in-memory', '--seed', 'examples/earthquakes.jsonl']],
  ['the proxy', ['proxy', '--source', 'earthquakes=examples/earthquakes.jsonl']],
])('%s hands a large export to the workers', async (_, command) => {
  await started([commandPath, 'work', ...at, '--datasets', 'examples/scale/datasets.mjs'], /(takes tasks)/);
  const [, queue = '', , store = ''] = at;
  const flags = ['--export-queue', queue, '--export-store', store, '--export-over', '2', '--port', '0', '--log', 'json'];
  const url = await started([commandPath, ...command, ...flags], /(http:\/\/[\d.]+:\d+)/);
  const exports = async (): Promise<readonly string[]> =>
    (await run('work', 'list', ...at)).split('\n').filter((row) => /^http-\S+ +earthquakes +done/.test(row));
  const before = (await exports()).length;
  for (const format of ['csv', 'xlsx']) {
    const path = join(folder, `from-server.${format}`);
    const response = await fetch(`${url}/v2/datasets/earthquakes/items?format=${format}`);
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    const [expected, args] = [join(folder, `whole.${format}`), ['examples/earthquakes.jsonl', '--format', format]];
    await run('export', ...args, '-o', expected, '--force', '-q');
    expect([response.status, await readFile(path)]).toEqual([200, await readFile(expected)]);
  }
  // Few items are not handed over.
  expect((await fetch(`${url}/v2/datasets/earthquakes/items?format=csv&limit=2`)).status).toBe(200);
  expect((await exports()).length - before).toBe(2);
});

it('steps whose queue cannot be reached end with an error that names its address, without its password', async () => {
  const port = await freePort();
  const ends = async (url: string, ...args: readonly string[]): Promise<void> => {
    const place = ['--queue', `${url.replace('HOST', `user:secret@127.0.0.1:${port}`)}`, '--store', join(folder, 'store')];
    const error = await run('work', ...args, ...place).catch((reason: unknown) => reason);
    const shown = { args, ...(error as { readonly code?: number; readonly stderr?: string }) };
    expect(shown).toMatchObject({ args, code: 69, stderr: expect.stringContaining(`//…@127.0.0.1:${port}`) });
    expect(shown.stderr).toMatch(/: the queue cannot be reached: connect ECONNREFUSED /);
    expect(shown.stderr).not.toContain('secret');
  };
  const steps = [['list'], ['show', 'x'], ['cancel', 'x'], ['result', 'x'], ['submit', 'earthquakes'], ['sweep']];
  await Promise.all(steps.map((args) => ends('redis://HOST', ...args)));
  await ends('postgres://HOST/postgres', 'list');
  await ends('postgres://HOST/postgres', 'run', '--datasets', 'examples/scale/datasets.mjs');
});
