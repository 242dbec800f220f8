import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { createEmulator, type Emulator } from 'dataset-items/emulator';
import { expect, test } from 'vitest';
import { inDirectory } from '../command/scratch.js';

/** Duration of the mixed load. */
const minutes = Number(process.env.SOAK_MINUTES ?? 1);
const clients = 24;

interface Place {
  readonly url: string;
  readonly port: number;
  readonly random: (below: number) => number;
}

const formats = ['json', 'jsonl', 'csv', 'html', 'xlsx', 'xml', 'rss'];
const itemsPath = (random: Place['random']): string =>
  `/v2/datasets/box/items?format=${formats[random(formats.length)]}&unwind=list&limit=${1 + random(5000)}`;
const rawGet = ({ port, random }: Place): string =>
  `GET ${itemsPath(random)} HTTP/1.${random(2)}\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`;

function socketTo({ port }: Place, sends: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(sends));
  socket.on('error', () => {});
  return socket;
}

const ask = async (url: string, options?: RequestInit): Promise<void> => {
  const response = await fetch(url, options);
  const text = await response.text();
  // Refusals must have an expected status.
  if (![200, 201, 204, 400, 404, 429].includes(response.status)) {
    throw new Error(`${options?.method ?? 'GET'} ${url}: status ${response.status}, ${text.slice(0, 1000)}`);
  }
};

/** Actions of clients, good and bad ones. */
const deeds: readonly ((place: Place) => Promise<void>)[] = [
  ({ url, random }) => ask(url + itemsPath(random)),
  ({ url, random }) =>
    ask(`${url}/v2/datasets/box/items`, { method: 'POST', body: JSON.stringify([{ n: random(9), list: [1, 2, { a: 'é' }] }]) }),
  ({ url }) =>
    ask(`${url}/v2/datasets/box/items`, {
      method: 'POST',
      headers: { 'content-encoding': 'br' },
      body: new Uint8Array(brotliCompressSync(`[${'{},'.repeat(50_000)}{}]`)),
    }),
  ({ url, random }) =>
    ask(`${url}/v2/key-value-stores/store/records/r${random(50)}`, { method: 'PUT', body: 'x'.repeat(random(300_000)) }),
  ({ url, random }) => ask(`${url}/v2/key-value-stores/store/records/r${random(50)}`),
  ({ url, random }) =>
    ask(`${url}/v2/request-queues/queue/requests?clientKey=k${random(1e9)}`, {
      method: 'POST',
      body: JSON.stringify({ url: `https://example.com/${random(100)}` }),
    }),
  ({ url }) => ask(`${url}/v2/acts/quick/runs?waitForFinish=5`, { method: 'POST' }),
  ({ url }) => ask(`${url}/v2/acts/slow/runs`, { method: 'POST' }),
  ({ url }) => ask(`${url}/v2/acts/slow/runs/last/abort`, { method: 'POST' }),
  ({ url }) => ask(`${url}/v2/acts/slow/runs/last/log?stream=1`, { signal: AbortSignal.timeout(300) }).catch(() => undefined),
  // Disconnects at once, or in the middle.
  async (place) => {
    const socket = socketTo(place, rawGet(place));
    await delay(place.random(30));
    socket.destroy();
  },
  // Pipelines, reads nothing, and resets.
  async (place) => {
    const socket = socketTo(place, Array.from({ length: 50 }, () => rawGet(place)).join(''));
    await delay(place.random(200));
    socket.resetAndDestroy();
  },
  // Stalls in the middle of a push.
  async (place) => {
    const head = `POST /v2/datasets/box/items HTTP/1.1\r\nHost: 127.0.0.1:${place.port}\r\nContent-Length: 100000\r\n\r\n[`;
    const socket = socketTo(place, head);
    await delay(500);
    socket.destroy();
  },
  async ({ url, random }) => {
    if (random(20) === 0) await ask(`${url}/_emulator/reset`, { method: 'POST' });
    await prepare(url);
  },
];

async function prepare(url: string): Promise<void> {
  for (const path of ['datasets?name=box', 'key-value-stores?name=store', 'request-queues?name=queue']) {
    await ask(`${url}/v2/${path}`, { method: 'POST' });
  }
  await ask(`${url}/v2/datasets/box/items`, {
    method: 'POST',
    body: JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(20), list: [n, { a: n }] }))),
  });
}

const processes = (): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes('SOAKED=yes');
    } catch {
      return false;
    }
  });

/** Collects garbage, which must not count as a leak. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();

/** Whether an open file is a table of the emulator's database. */
function isTable(fd: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).endsWith('.ldb');
  } catch {
    // Closed meanwhile.
    return false;
  }
}

/** Number of ends of connections that are open on both sides. Between requests these are the idle ones that `fetch` keeps. */
function idleEnds(port: number): number {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const ends = readFileSync('/proc/self/net/tcp', 'latin1').split('\n').slice(1);
  return ends.filter((line) => {
    const [, local = '', remote = '', state] = line.trim().split(/ +/);
    return state === '01' && (local.endsWith(address) || remote.endsWith(address));
  }).length;
}

/** Measures the emulator without load. */
async function measured(emulator: Emulator, { url, port }: Pick<Place, 'url' | 'port'>) {
  await ask(`${url}/_emulator/reset`, { method: 'POST' });
  let health = { requests: { underWay: 1 } };
  for (let tries = 0; tries < 100 && health.requests.underWay > 0; tries++) {
    await delay(100);
    health = (await (await emulator.fetch(new Request('http://localhost/_emulator/health'))).json()) as typeof health;
  }
  // What clients have left is closed.
  await delay(7_000);
  collectGarbage();
  // Tables that the database keeps open are not counted: their number grows with its size, up to a limit of its own.
  const descriptors = readdirSync('/proc/self/fd').filter((fd) => !isTable(fd)).length - idleEnds(port);
  const { heapUsed, rss, external } = process.memoryUsage();
  return { underWay: health.requests.underWay, descriptors, processes: processes().length, heapUsed, rss, external };
}

const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1e6);
let state = seed;
/** Random numbers from the seed, so that the requests are the same. */
const random = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state % below;
};

test(`${minutes} minutes of mixed load leave nothing behind (SOAK_MINUTES, SOAK_SEED=${seed})`, {
  timeout: (minutes + 5) * 60_000,
}, async () => {
  await inDirectory({}, async (storage) => {
    const folder = storage;
    const actors = {
      quick: { folder, command: 'echo done', env: { SOAKED: 'yes' } },
      slow: { folder, command: '(env -i SOAKED=yes setsid sleep 300 &); echo begun; sleep 300', env: { SOAKED: 'yes' } },
    };
    const problems: unknown[] = [];
    const emulator = await createEmulator({
      storage: `${storage}/storage`,
      fsync: 'batch',
      actors,
      // A client gets no reason of a 500.
      onFailure: (error) => problems.push(error),
      onNotice: () => {},
    });
    const { url, port } = await emulator.listen({ port: 0 });
    const load = async (milliseconds: number): Promise<number> => {
      await prepare(url);
      let done = 0;
      const end = Date.now() + milliseconds;
      const failures: unknown[] = [];
      const client = async (): Promise<void> => {
        while (Date.now() < end && failures.length === 0) {
          await (deeds[random(deeds.length)] as (typeof deeds)[number])({ url, port, random }).catch((error: unknown) =>
            failures.push(error),
          );
          done++;
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
      expect([failures, failures.length > 0 && problems]).toEqual([[], false]);
      return done;
    };
    try {
      // First everything must be loaded and have its usual size.
      await load(15_000);
      const before = await measured(emulator, { url, port });
      const turns = monitorEventLoopDelay({ resolution: 5 });
      turns.enable();
      const done = await load(minutes * 60_000);
      turns.disable();
      await delay(3_000);
      const after = await measured(emulator, { url, port });
      const milliseconds = (nanoseconds: number): number => Math.round(nanoseconds / 1e6);
      process.stderr.write(
        `soak: ${done} deeds of ${clients} clients; longest turn ${milliseconds(turns.max)} ms, 99.9 %: ${milliseconds(turns.percentile(99.9))} ms\n` +
          `before ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}\n`,
      );
      expect(after.underWay).toBe(0);
      expect(after.processes).toBe(0);
      expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 10);
      expect(after.heapUsed).toBeLessThan(before.heapUsed + 60e6);
      expect(after.rss).toBeLessThan(before.rss + 400e6);
    } finally {
      await emulator.close();
    }
    expect(processes()).toEqual([]);
  });
});
