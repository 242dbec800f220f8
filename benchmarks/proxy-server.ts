import { createReadStream } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import type { createProxy } from '@dataset-items/proxy';
import { createEmulator } from 'dataset-items/emulator';
import { benchmarks } from './folder.js';
import { naiveServer } from './http/naive.js';

/**
 * A server in a process of its own: `emulator STORAGE FILE`, whose dataset `items` has the items of the file, `proxy UPSTREAM [CACHE]`, or
 * `naive FILE`. It sends its URL when it listens, and its usage since the last message for each message.
 */
const [role, first = '', second] = process.argv.slice(2);
const server = await started();
const { url } = await server.listen({ port: 0 });
const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.on('message', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = {
    processor: (userCPUTime + systemCPUTime) / 1000,
    delay99: delays.percentile(99) / 1e6,
    peakMemory: maxRSS * 1024,
  };
  delays.reset();
  process.send?.(usage);
});
process.once('disconnect', () => void server.close());
process.send?.(url);

function started() {
  if (role === 'naive') return naiveServer(first);
  return role === 'emulator' ? startEmulator(first, second ?? '') : startProxy(first, second);
}

async function startEmulator(storage: string, file: string) {
  const emulator = await createEmulator({ storage, fsync: 'never' });
  const dataset = await emulator.datasets.create({ name: 'items' });
  let batch: Record<string, never>[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    batch.push(JSON.parse(line));
    if (batch.length < 5000) continue;
    await dataset.push(batch);
    batch = [];
  }
  await dataset.push(batch);
  return emulator;
}

async function startProxy(upstream: string, cache: string | undefined) {
  // The package is not among the dependencies of the benchmarks.
  const built = new URL('../packages/proxy/dist/index.js', benchmarks).href;
  return ((await import(built)).createProxy as typeof createProxy)({
    upstream,
    ...(cache !== undefined && { cache: { directory: cache } }),
  });
}
