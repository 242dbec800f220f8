import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStorage } from '../storage/open-storage.js';
import { put } from '../store/changes.js';
import { numberKey } from '../store/kinds.js';
import { runMarker } from './processes.js';
import type { Run } from './run.js';
import { runEntries } from './run-records.js';
import { itemsOf, linesOf, newDirectory, openRuns, until } from './testing/open-runs.js';

/** Creates what a killed emulator leaves of a run: its log, its local storage and its processes. */
function left(directory: string, run: Run): void {
  const items = join(directory, run.id, 'scratch', 'storage', 'datasets', 'default');
  const records = join(directory, run.id, 'scratch', 'storage', 'key_value_stores', 'default');
  for (const folder of [items, records]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(directory, run.id, 'log.txt'), '2020-01-01T00:00:00.000Z before\n');
  for (const n of [1, 2, 3, 4]) writeFileSync(join(items, `00000000${n}.json`), JSON.stringify({ n }));
  writeFileSync(join(items, '000000005.json'), '{"n":');
  writeFileSync(join(records, 'OUTPUT.json'), '"half"');
}

const interrupted: Run = {
  id: 'Interrupted000001',
  actorId: 'actor',
  buildId: 'build',
  buildNumber: '0.0.1',
  status: 'RUNNING',
  startedAt: new Date('2020-01-01'),
  meta: { origin: 'API' },
  options: { build: 'latest', timeoutSecs: 0, memoryMbytes: 256, diskMbytes: 512 },
  stats: { restartCount: 0, runTimeSecs: 0, durationMillis: 0, computeUnits: 0 },
  defaultDatasetId: 'Dataset0000000001',
  defaultKeyValueStoreId: 'Records0000000001',
  defaultRequestQueueId: 'Requests000000001',
};

function sleeping(runId: string): ChildProcess {
  const env = { ...process.env, [runMarker]: runId };
  return spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test('a run in progress when the emulator was killed is killed too, and is ABORTED with all its data', async () => {
  const directory = newDirectory();
  left(directory, interrupted);
  const children = [sleeping(interrupted.id), sleeping('Another0000000001')] as const;
  const storage = await openStorage();
  await storage.database.commit([put(runEntries, numberKey(1), { run: interrupted, webhooks: [] })]);
  const dataset = await storage.datasets.create({ id: interrupted.defaultDatasetId, runId: interrupted.id });
  await dataset.push([{ n: 1 }, { n: 2 }]);
  try {
    await Promise.all(children.map(({ stdout }) => new Promise((resolve) => stdout?.once('data', resolve))));
    const runs = await openRuns({ directory, storage });
    await until(() => children[0].signalCode !== null, 'its process is killed');
    expect(children.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', null]);
    const run = runs.get(interrupted.id) as Run;
    expect(run).toMatchObject({
      status: 'ABORTED',
      statusMessage: 'The emulator ended while the run was in progress',
      finishedAt: expect.any(Date),
    });
    expect(await itemsOf(runs, run)).toEqual([1, 2, 3, 4].map((n) => ({ n })));
    const output = await runs.keyValues.find(run.defaultKeyValueStoreId)?.get('OUTPUT');
    expect(Buffer.from(output?.value ?? []).toString()).toBe('"half"');
    expect(await linesOf(runs, run)).toEqual([
      'before',
      '000000005.json is not a JSON object, and was skipped',
      'The emulator ended while the run was in progress',
    ]);
    expect(readdirSync(join(directory, run.id)).sort()).toEqual(['log.txt']);
    await runs.close();
    const again = await openRuns({ directory, storage });
    expect(again.list()).toEqual([run]);
    await again.close();
    expect([...runs.problems, ...again.problems]).toEqual([]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
});

test('logs of unknown runs are removed; other folders are not changed', async () => {
  const directory = newDirectory();
  for (const name of ['something', interrupted.id]) mkdirSync(join(directory, name));
  writeFileSync(join(directory, 'a-file'), '');
  const runs = await openRuns({ directory });
  expect(runs.list()).toEqual([]);
  await runs.close();
  expect(readdirSync(directory).sort()).toEqual(['a-file', 'something', 'storage']);
});
