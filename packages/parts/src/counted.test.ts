import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  datasetOfFiles,
  directoryStore,
  joinExport,
  nextStage,
  type PartStore,
  planExport,
  runTask,
  type Task,
} from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'parts-counted-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'items.jsonl');
writeFileSync(path, Array.from({ length: 40 }, (_, n) => `{"a":${n}}\n`).join(''));
const open = () => datasetOfFiles([path]);
const plan = async () => planExport(await open(), 'format=json&offset=17&limit=3', { id: 'x', dataset: 'x', rangeBytes: 1 });

/** A store that notes the names that are read. */
function watched(name: string): { store: PartStore; read: string[] } {
  const store = directoryStore(join(folder, name));
  const read: string[] = [];
  const get: PartStore['get'] = (asked, range) => {
    read.push(asked);
    return store.get(asked, range);
  };
  return { store: { ...store, get }, read };
}

const told = async (store: PartStore): Promise<unknown> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get((await joinExport(await plan(), store)).name)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
};

it('items are counted first where the window needs it, and each count is read once, however many ranges there are', async () => {
  const { store, read } = watched('stages');
  const planned = await plan();
  const kinds = new Set<string>();
  for (let stage = await nextStage(planned, store); 'tasks' in stage; stage = await nextStage(planned, store)) {
    for (const task of stage.tasks) kinds.add(task.kind);
    for (const task of stage.tasks) await runTask(planned, task, { store, open });
  }
  const counts = read.filter((name) => name.includes('/count/'));
  expect([planned.ranges.length, [...kinds], counts.length]).toEqual([40, ['count', 'read'], 40]);
  expect(await told(store)).toEqual([{ a: 17 }, { a: 18 }, { a: 19 }]);
});

it('an engine that goes from stage to stage without asking what is next has the same result', async () => {
  const { store, read } = watched('engine');
  const planned = await plan();
  for (const kind of ['count', 'read'] satisfies Task['kind'][]) {
    for (const index of planned.ranges.keys()) await runTask(planned, { kind, index }, { store, open });
  }
  expect(read.filter((name) => name.includes('/count/'))).toHaveLength(40);
  expect(await told(store)).toEqual([{ a: 17 }, { a: 18 }, { a: 19 }]);
});
