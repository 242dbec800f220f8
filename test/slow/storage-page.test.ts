import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator } from '@dataset-items/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';

const count = 1_000_000;
const inPush = 5000;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'storage-page-'));
});

afterAll(() => rm(directory, { recursive: true }));

test('of a million items just pushed over a socket, the last page takes as long as the first', async () => {
  const emulator = await createEmulator({ storage: directory });
  const { url } = await emulator.listen();
  const items = `${url}/v2/datasets/million/items`;
  await fetch(`${url}/v2/datasets?name=million`, { method: 'POST' });
  const start = performance.now();
  for (let from = 0; from < count; from += inPush) {
    const body = JSON.stringify(Array.from({ length: inPush }, (_, index) => product(from + index)));
    const { status } = await fetch(items, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(status).toBe(201);
  }
  const seconds = (performance.now() - start) / 1000;
  const windows = ['limit=10&offset=999990', 'limit=10&offset=0', 'limit=10&offset=999990&desc=1', 'limit=10&offset=500000'];
  const figures = [`pushed in ${seconds.toFixed(1)} s; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`];
  for (const window of [...windows, ...windows]) {
    const before = await bytesRead();
    const asked = performance.now();
    const page = (await (await fetch(`${items}?${window}`)).json()) as { n: number }[];
    const took = performance.now() - asked;
    const bytes = (await bytesRead()) - before;
    figures.push(`${window}: ${took.toFixed(1)} ms, ${bytes} bytes read`);
    expect(page.map(({ n }) => n)).toEqual(expectedIn(window));
    if (process.platform === 'linux') expect(bytes).toBeLessThan(150_000);
  }
  process.stdout.write(`${figures.join('\n')}\n`);
  await emulator.close();
});

function product(n: number): object {
  return { n, name: `Product number ${n}`, price: (n % 1000) / 10, tags: ['a', 'b'], stock: { count: n % 7, place: 'shelf' } };
}

function expectedIn(window: string): number[] {
  const parameters = new URLSearchParams(window);
  const from = Number(parameters.get('offset'));
  return Array.from({ length: 10 }, (_, index) => (parameters.has('desc') ? count - 1 - from - index : from + index));
}

/** Bytes that this process has read so far from files and sockets. 0: the system does not report it. */
async function bytesRead(): Promise<number> {
  if (process.platform !== 'linux') return 0;
  return Number(/rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);
}
