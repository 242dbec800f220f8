// Processor time of one export in parts beside one process: node benchmarks/scale/parts.mjs [ITEMS] [RANGES] [RUNS], after `npm run build`.
// With AWS_ENDPOINT_URL_S3 and the other settings of a client, and S3_BUCKET, also over an S3-compatible store.
// Each run is a process of its own, and the kinds take turns. All tasks run in one process, so that starting processes is not measured.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { datasetOfFiles, directoryStore, joinExport, nextStage, planExport, removeParts, runTask } from '@dataset-items/parts';
import { exportItems, fileSource } from 'dataset-items';

const kinds = {
  'one process': async ({ input, request, folder }) => {
    const { bytes } = await exportItems(await fileSource(input), request);
    const path = join(folder, 'out');
    await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path));
    return createReadStream(path);
  },
  directory: (run) => inParts(directoryStore(join(run.folder, 'store')), run),
  's3, processor time of the client': async (run) => {
    const { clientOfEnvironment, s3Store } = await import('@dataset-items/s3');
    const client = clientOfEnvironment({ pathStyle: true });
    const store = s3Store({ client, bucket: process.env.S3_BUCKET, prefix: `parts-${process.pid}/` });
    return inParts(counted(store, run.moved), run);
  },
};

/** The tasks of all stages, one after the other, and the result. */
async function inParts(store, { input, request, ranges }) {
  const open = () => datasetOfFiles([input]);
  const rangeBytes = Math.ceil(statSync(input).size / ranges);
  const plan = await planExport(await open(), request, { id: 'x', dataset: 'x', rangeBytes });
  for (let stage = await nextStage(plan, store); 'tasks' in stage; stage = await nextStage(plan, store)) {
    for (const task of stage.tasks) await runTask(plan, task, { store, open });
  }
  const { name } = await joinExport(plan, store);
  await removeParts(plan, store);
  return store.get(name);
}

/** The same store, which counts the bytes that go up and come down. */
function counted(store, moved) {
  const count = async function* (chunks, way) {
    for await (const chunk of chunks) {
      moved[way] += chunk.length;
      yield chunk;
    }
  };
  return {
    ...store,
    put: (name, bytes) => store.put(name, count(bytes, 'up')),
    get: (...asked) => count(store.get(...asked), 'down'),
  };
}

async function measured(kind, run) {
  // Loading the client takes 0.5 s, once for each process.
  if (kind.startsWith('s3')) await import('@dataset-items/s3');
  const moved = { up: 0, down: 0 };
  const before = process.cpuUsage();
  const output = await kinds[kind]({ ...run, moved });
  const { user, system } = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS / 1024;
  const { up, down } = moved;
  // Reading the result back is not part of the export.
  const hash = createHash('sha256');
  for await (const chunk of output) hash.update(chunk);
  process.stdout.write(JSON.stringify({ seconds: (user + system) / 1e6, peak, up, down, hash: hash.digest('hex') }));
}

async function* lines(count) {
  for (let n = 0; n < count; n++) {
    const reviews = Array.from({ length: n % 4 }, (_, i) => ({ rating: (n + i) % 5, text: `Review ${i} of product ${n}` }));
    const item = {
      ...{ id: n, url: `https://example.com/products/${n}`, title: `Product ${n % 977} "${n % 13}"`, price: n / 100 },
      ...{
        inStock: n % 3 > 0,
        tags: ['new', 'sale', 'é'].slice(n % 3),
        brand: { name: `Brand ${n % 50}`, country: 'CZ' },
        reviews,
      },
    };
    yield `${JSON.stringify(item)}\n`;
  }
}

async function main() {
  const [items = 300_000, ranges = 16, runs = 3] = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'dataset-items-scale-'));
  const input = join(folder, 'items.jsonl');
  try {
    await pipeline(Readable.from(lines(items)), createWriteStream(input));
    console.log(
      `${items} items, ${Math.round(statSync(input).size / 1e6)} MB, ${ranges} ranges; seconds of processor time, peak memory in MB`,
    );
    const measure = (kind, format) => {
      const own = mkdtempSync(join(folder, 'run-'));
      const run = JSON.stringify({ input, ranges, folder: own, request: `format=${format}&clean=1` });
      const env = { ...process.env, NODE_NO_WARNINGS: '1' };
      try {
        return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), kind, run], { env, encoding: 'utf8' }));
      } finally {
        // Files that stay fill the memory of the system, and then each write of the next run costs more.
        rmSync(own, { recursive: true });
      }
    };
    const chosen = Object.keys(kinds).filter((kind) => !kind.startsWith('s3') || process.env.S3_BUCKET !== undefined);
    for (const format of ['csv', 'jsonl']) {
      const results = Object.fromEntries(chosen.map((kind) => [kind, []]));
      for (let run = 0; run < runs; run++) for (const kind of chosen) results[kind].push(measure(kind, format));
      const [expected] = results['one process'];
      const least = (kind) => Math.min(...results[kind].map(({ seconds }) => seconds));
      for (const kind of chosen) {
        const [seconds, peak] = ['seconds', 'peak'].map((name) => results[kind].map((result) => result[name]));
        const isSame = results[kind].every(({ hash }) => hash === expected.hash);
        const times = (least(kind) / least('one process')).toFixed(2);
        const memory = Math.round(Math.max(...peak));
        console.log(
          `${format} ${kind}: ${seconds.map((each) => each.toFixed(2)).join(' ')} (${times}x), ${memory} MB, ${isSame ? 'the same bytes' : 'OTHER BYTES'}`,
        );
        const [{ up, down }] = results[kind];
        if (up > 0) {
          const most = 1.25 * least('one process') + 3.5e-9 * up + 4e-9 * down;
          console.log(
            `  ${Math.round(up / 1e6)} MB up, ${Math.round(down / 1e6)} MB down: at most ${most.toFixed(2)} s are expected`,
          );
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [kind, run] = process.argv.slice(2);
if (kind !== undefined && Object.hasOwn(kinds, kind)) await measured(kind, JSON.parse(run));
else await main();
