import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { exportQueue } from '@dataset-items/bullmq';
import { directoryStore, type PartStore } from '@dataset-items/parts';
import { s3Store } from '@dataset-items/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { itemText } from './big-file.js';
import { ended } from './services/process.js';
import { type Redis, startRedis } from './services/redis.js';
import { type Swift, startSwift } from './services/swift.js';

/** Bytes of the first of two ranges; RANGE_MB=1000 takes some minutes of processor time. */
const RANGE = Number(process.env.RANGE_MB ?? 150) * 1e6;
/** Of the resident memory of a worker, whose code alone has 95 MB. One that held a range would have 250 MB. */
const MOST = 220e6;
const HOUR = 3_600_000;
const bucket = 'exports';

const folder = mkdtempSync(join(tmpdir(), 'queue-memory-'));
const path = join(folder, 'items.jsonl');
const datasets = join(folder, 'datasets.mjs');
let items = 0;
let redis: Redis;
let swift: Swift;
let client: S3Client;

beforeAll(async () => {
  const file = createWriteStream(path);
  for (let bytes = 0; bytes < RANGE * 1.2; ) {
    const lines = Array.from({ length: 1000 }, () => {
      const text = itemText(items++);
      return `${text.slice(0, -1)},"text":"${text.replaceAll('"', ' ').repeat(8)}"}\n`;
    }).join('');
    bytes += lines.length;
    if (!file.write(lines)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  redis = await startRedis();
  swift = await startSwift();
  const { endpoint, region, credentials } = swift;
  client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3Store({ client, bucket }).put('items.jsonl', createReadStream(path));
  const places = { local: path, object: `s3://${bucket}/items.jsonl` };
  writeFileSync(datasets, `export const open = (name) => (${JSON.stringify(places)})[name];\n`);
}, HOUR);

afterAll(async () => {
  client?.destroy();
  await redis?.stop();
  await swift?.stop();
  rmSync(folder, { recursive: true });
});

/** The largest resident memory of a process so far, in bytes. */
function peakOf(pid: number | undefined): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe.each([
  ['a directory', 'local', join(folder, 'store'), () => directoryStore(join(folder, 'store'))],
  ['an S3-compatible store', 'object', `s3://${bucket}/made`, () => s3Store({ client, bucket, prefix: 'made/' })],
] as const)('over %s', (_, dataset, place, storeOf: () => PartStore) => {
  it.each(['csv', 'jsonl', 'xlsx'])(`%s: a worker holds no range of ${RANGE / 1e6} MB`, { timeout: HOUR }, async (format) => {
    const at = ['--queue', redis.url, '--store', place, '--path-style', '--datasets', datasets];
    const env = { ...process.env, ...swift.environment };
    const worker = spawn(process.execPath, [commandPath, 'work', ...at], { env, stdio: 'ignore' });
    const store = storeOf();
    const queue = exportQueue({ connection: redis.url, store });
    try {
      const job = await queue.submit(dataset, `format=${format}`, { id: `${dataset}-${format}`, rangeBytes: RANGE });
      const { report, bytes, name } = await job.result();
      const peak = peakOf(worker.pid);
      process.stdout.write(`${dataset} ${format}: ${Math.round(bytes / 1e6)} MB written, peak ${Math.round(peak / 1e6)} MB\n`);
      expect(report.itemsRead).toBe(items);
      expect(statSync(path).size).toBeGreaterThan(RANGE);
      await store.remove(name);
      expect(peak).toBeLessThan(MOST);
    } finally {
      await ended(worker);
      await queue.close();
    }
  });
});
