import { connect } from 'node:net';
import { exportQueue, exportWorker } from '@dataset-items/bullmq';
import { datasetOfItems, type PartStore } from '@dataset-items/parts';
import { defineSource } from 'dataset-items';
import { expect, it } from 'vitest';
import { bytesOf } from './queue/fixture.js';
import { startRedis } from './services/redis.js';

const RANGES = 10_000;

/** A store in the memory of this process. */
function memoryStore(): PartStore {
  const objects = new Map<string, Uint8Array>();
  const store: PartStore = {
    put: async (name, bytes) => {
      const all = await bytesOf(bytes);
      objects.set(name, all);
      return all.length;
    },
    get: async function* (name, [from, to] = [0, Number.POSITIVE_INFINITY]) {
      yield objects.get(name)?.subarray(from, to) ?? new Uint8Array();
    },
    size: async (name) => objects.get(name)?.length,
    list: async function* (prefix) {
      for (const name of [...objects.keys()]) if (name.startsWith(prefix)) yield { name, modifiedAt: new Date() };
    },
    remove: async (name) => void objects.delete(name),
    join: async (name, pieces) => {
      const part = (piece: (typeof pieces)[number]): Uint8Array =>
        piece instanceof Uint8Array ? piece : (objects.get(piece.name)?.subarray(piece.from, piece.to) ?? new Uint8Array());
      const all = Buffer.concat(pieces.map(part));
      objects.set(name, all);
      return all.length;
    },
  };
  return store;
}

/** Bytes that Redis uses. */
async function memoryOf(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write('INFO memory\r\n');
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    const [, used] = /used_memory:(\d+)/.exec(text) ?? [];
    if (used !== undefined) return Number(used);
  }
  throw new Error('Redis has closed the connection');
}

it(`${RANGES.toLocaleString('en')} tasks of one export need less than 40 MB in Redis`, async () => {
  const redis = await startRedis();
  const store = memoryStore();
  const open = () =>
    datasetOfItems(() =>
      defineSource({
        facts: { id: 'numbers', name: 'numbers', modifiedAt: new Date(0) },
        total: () => RANGES,
        applies: ['offset', 'limit'],
        async *items({ offset, limit }) {
          for (let n = offset; n < offset + limit; n++) yield { n };
        },
      }),
    );
  const at = { connection: redis.url, store };
  const [queue, worker] = [exportQueue(at), exportWorker({ ...at, open, concurrency: 25 })];
  try {
    const before = await memoryOf(redis.port);
    let most = 0;
    const started = performance.now();
    const job = await queue.submit('numbers', 'format=jsonl', { id: 'numbers', rangeBytes: 1000, most: RANGES });
    for await (const { state, of } of job.progress()) {
      most = Math.max(most, (await memoryOf(redis.port)) - before);
      if (state === 'reading') expect(of).toBe(RANGES);
    }
    const { read } = await job.result();
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`${RANGES} tasks: ${seconds.toFixed(1)} s, ${(most / 1e6).toFixed(1)} MB in Redis\n`);
    expect((await bytesOf(read())).toString()).toBe(Array.from({ length: RANGES }, (_, n) => `{"n":${n}}`).join('\n'));
    expect(most).toBeLessThan(40e6);
  } finally {
    await worker.close();
    await queue.close();
    await redis.stop();
  }
});
