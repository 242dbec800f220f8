import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportQueue } from '@dataset-items/bullmq';
import { directoryStore } from '@dataset-items/parts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { engines } from './queue/engines.js';
import { bytesOf, partsIn, writeItems } from './queue/fixture.js';
import { ended } from './services/process.js';
import { startRedis } from './services/redis.js';

const folder = mkdtempSync(join(tmpdir(), 'queue-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

const items = writeItems(folder, 'items.jsonl', 30_000);
const store = directoryStore(join(folder, 'store'));
const rangeBytes = 300_000;
const workers: ChildProcess[] = [];
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    worker.kill('SIGCONT');
    await ended(worker);
  }
  for (const one of closing.splice(0)) await one.close();
});

interface Fault {
  readonly AT?: string;
  readonly SIGNAL?: NodeJS.Signals;
  readonly MARK?: string;
}

/** Starts a worker as a process of its own. */
function work(url: string, fault: Fault = {}): void {
  const args = ['work', '--queue', url, '--store', join(folder, 'store'), '--datasets', resolve('test/slow/queue/faulty.mjs')];
  const env = { ...process.env, ITEMS: items, ...fault };
  workers.push(spawn(process.execPath, [commandPath, ...args, '--lock-seconds', '2'], { env, stdio: 'ignore' }));
}

function queueOf(connection: string) {
  const queue = exportQueue({ connection, store });
  closing.push(queue);
  return queue;
}

/** The bytes that the command writes. */
function whole(format: string): Buffer {
  const path = join(folder, `whole.${format}`);
  if (!existsSync(path))
    execFileSync(process.execPath, [commandPath, 'export', items, '--format', format, '--no-bom', '-o', path, '-q']);
  return readFileSync(path);
}

describe.each(engines)('on %s', (engine, start) => {
  let service: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service?.stop());

  it.each([
    ['while tasks are added', 'open', 'csv'],
    ['in a range', 'read/00003$', 'csv'],
    ['in the merge', 'merged.json$', 'csv'],
    ['in the rows of a range', 'write/00002$', 'csv'],
    ['in a run of rows', 'write/00001.json$', 'xlsx'],
    ['in the join', 'results/[^.]*.xml$', 'xml'],
    ['behind the join', 'outcome.json$', 'csv'],
    ['while the parts are removed', 'remove .*read/00003$', 'csv'],
    ['before the plan is removed', 'remove .*plan.json$', 'csv'],
  ])('a worker is killed %s', async (title, AT, format) => {
    const id = `${engine}-${title.replaceAll(' ', '-')}`;
    const MARK = join(folder, `${id}.mark`);
    work(service.url, { AT, MARK });
    work(service.url, { AT, MARK });
    const job = await queueOf(service.url).submit('items', `format=${format}&bom=0`, { id, rangeBytes });
    const { read } = await job.result();
    const isWhole = (await bytesOf(read())).equals(whole(format));
    expect({ isKilled: existsSync(MARK), isWhole }).toEqual({ isKilled: true, isWhole: true });
    expect(await queueOf(service.url).sweep(new Date(Date.now() + 1000))).toBeGreaterThanOrEqual(0);
    expect(await partsIn(store)).toEqual([]);
  });

  it('a worker that is stopped for longer than its lock does its task a second time, which does no harm', async () => {
    const id = `${engine}-stopped`;
    const MARK = join(folder, `${id}.mark`);
    work(service.url, { AT: 'read/00003$', SIGNAL: 'SIGSTOP', MARK });
    work(service.url, { AT: 'read/00003$', SIGNAL: 'SIGSTOP', MARK });
    const job = await queueOf(service.url).submit('items', 'format=csv&bom=0', { id, rangeBytes });
    const { read } = await job.result();
    const stopped = Number(readFileSync(MARK, 'utf8'));
    process.kill(stopped, 'SIGCONT');
    for (const worker of workers.splice(0)) await ended(worker);
    expect((await bytesOf(read())).equals(whole('csv'))).toBe(true);
    await queueOf(service.url).sweep(new Date(Date.now() + 1000));
    expect(await partsIn(store)).toEqual([]);
  });
});

it('Redis is killed, and goes on where it was', async () => {
  const redis = await startRedis();
  try {
    for (let count = 0; count < 2; count++) work(redis.url);
    const job = await queueOf(redis.url).submit('items', 'format=csv&bom=0', { id: 'killed-redis', rangeBytes: 50_000 });
    for await (const { done } of job.progress()) if (done > 3) break;
    await redis.killAndRestart();
    const { read } = await job.result();
    expect((await bytesOf(read())).equals(whole('csv'))).toBe(true);
    expect(await partsIn(store)).toEqual([]);
  } finally {
    for (const worker of workers.splice(0)) await ended(worker);
    for (const one of closing.splice(0)) await one.close();
    await redis.stop();
  }
});
