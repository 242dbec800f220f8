import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type FormatName, formatNames } from 'dataset-items';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandPath } from '../command.js';
import { type Coding, pull, unpack } from './watched/pull.js';
import { rowReaders } from './watched/read-rows.js';

const CLIENTS = 50;
const ITEMS = 100_000;
const MOST_MEMORY = 400e6;
/** Milliseconds of the processor that the emulator may work between two turns, so that others are answered soon. */
const MOST_TURN = 100;

const scratch = mkdtempSync(join(tmpdir(), 'emulator-clients-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const nameOf = (id: number): string => `Kůň ${id}, "${(id * 7919) % 1000}" <b>&`;
const itemOf = (id: number): unknown => ({
  id,
  name: nameOf(id),
  price: { amount: id / 4, unit: 'CZK' },
  tags: id % 3 === 0 ? ['wood', 'brown'] : [],
  sold: id % 2 === 0,
  text: `${id} and then some text. `.repeat(4),
  '#debug': 'x',
});

const input = join(scratch, 'products.jsonl');
writeFileSync(input, Array.from({ length: ITEMS }, (_, id) => `${JSON.stringify(itemOf(id))}\n`).join(''));

interface Watched {
  readonly longest: readonly number[];
  readonly turns: number;
  readonly peakMemory: number;
}

describe('50 clients at once pull 100,000 items in mixed formats', () => {
  it.each([
    ['in memory', ['--in-memory']],
    ['kept in a directory', ['--storage', join(scratch, 'storage')]],
  ])('%s: all whole and right, memory bounded, health answered meanwhile', async (kept, flags) => {
    const { url, child, ended } = await startWatched([...flags, '--seed', input, '--quiet']);
    const clients = Array.from({ length: CLIENTS }, (_, client) => ({
      format: formatNames[client % formatNames.length] as FormatName,
      coding: (['identity', 'gzip', 'identity', 'br'] as const)[client % 4] as Coding,
      path: join(scratch, `client-${client}`),
    }));

    const health = new Worker(new URL('watched/health.mjs', import.meta.url), { workerData: `${url}/_emulator/health` });
    await once(health, 'message');
    child.kill('SIGUSR2');
    const started = performance.now();
    const pulled = await Promise.all(
      clients.map(async ({ format, coding, path }) => ({
        format,
        path,
        ...(await pull(`${url}/v2/datasets/products/items?format=${format}&clean=1`, coding, path)),
      })),
    );
    const seconds = (performance.now() - started) / 1000;
    health.postMessage('over');
    const [times] = (await once(health, 'message')) as [number[]];
    child.kill('SIGTERM');
    const { longest, turns, peakMemory } = await ended;

    times.sort((a, b) => b - a);
    const at = (share: number): number => Math.round(times[Math.floor(times.length * share)] ?? 0);
    process.stdout.write(
      `${kept}: ${CLIENTS} clients in ${seconds.toFixed(1)} s; health asked ${times.length} times: ` +
        `at most ${at(0)} ms, 99 % within ${at(0.01)} ms, half within ${at(0.5)} ms; longest work between ` +
        `two of ${turns} turns: ${longest.join(', ')} ms; peak memory ${(peakMemory / 1e6).toFixed(0)} MB\n`,
    );

    for (const format of formatNames) {
      const ofFormat = pulled.filter((one) => one.format === format);
      // One response of each coding is read; the others have the same bytes.
      const firsts = new Map(ofFormat.map((one) => [one.coding, one] as const));
      expect(ofFormat.filter(({ coding, hash }) => firsts.get(coding)?.hash !== hash)).toEqual([]);
      for (const { path, coding } of firsts.values()) {
        const plain = join(scratch, 'plain');
        await unpack(path, coding, plain);
        expect([format, coding, await countRight(format, plain)]).toEqual([format, coding, ITEMS]);
      }
    }
    // Kept in memory, the items come on top: their text, and what the push of it has left on the heap.
    expect(peakMemory).toBeLessThan(MOST_MEMORY + (kept === 'in memory' ? 2 * statSync(input).size : 0));
    // What a busy machine adds is not the emulator's, so the times of the answers are printed only: the processor time between turns counts.
    expect(longest[0]).toBeLessThan(MOST_TURN);
  });
});

/** Number of correct records before the first wrong one. */
async function countRight(format: FormatName, path: string): Promise<number> {
  let id = 0;
  for await (const row of rowReaders[format](path)) {
    if (row[0] !== String(id) || row[1] !== nameOf(id)) break;
    id++;
  }
  return id;
}

async function startWatched(flags: readonly string[]) {
  const watch = new URL('watched/turns.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', watch, commandPath, 'start', '--port', '0', ...flags], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then((): Watched => JSON.parse(stderr.trim().split('\n').at(-1) ?? ''));
  const url = await new Promise<string>((resolve, reject) => {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, found] = stdout.match(/The API is at (\S+),/) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`ended before it listened: ${stderr}`)));
  });
  return { url, child, ended };
}
