import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineDocumentFormat, formats } from '@dataset-items/serializers';
import { itemsSource } from '@dataset-items/sources';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  datasetOfFiles,
  datasetOfItems,
  directoryStore,
  findOutcome,
  joinExport,
  loadPlan,
  nextStage,
  type Plan,
  type PlanOptions,
  planExport,
  removeParts,
  removeResult,
  runTask,
  storePlan,
  sweep,
  type Task,
} from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'items.jsonl');
const names = { id: 'x', dataset: 'items' };
let root: string;
let number = 0;
beforeEach(() => {
  writeFileSync(path, '{"b":1}\n{"a":2}\n{"b":3,"c":4}\n');
  root = join(folder, `store-${number++}`);
});

const open = () => datasetOfFiles([path]);
const planOf = async (query: string, options: Partial<PlanOptions> = {}): Promise<Plan> =>
  planExport(await open(), query, { ...names, rangeBytes: 1, ...options });

/** Does tasks of a stage. */
async function doStage(plan: Plan): Promise<readonly Task[]> {
  const store = directoryStore(root);
  const stage = await nextStage(plan, store);
  const tasks = 'tasks' in stage ? stage.tasks : [];
  for (const task of tasks) await runTask(plan, task, { store, open });
  return tasks;
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();

const textOf = async (name: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of directoryStore(root).get(name)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('stages', () => {
  it('a table: read, write, join', async () => {
    const plan = await planOf('format=csv');
    const reads = [0, 1, 2].map((index) => ({ kind: 'read', index }));
    const writes = [0, 1, 2].map((index) => ({ kind: 'write', index }));
    expect([await doStage(plan), await doStage(plan), await doStage(plan)]).toEqual([reads, writes, []]);
    const store = directoryStore(root);
    const { name, bytes, mediaType, report } = await joinExport(plan, store);
    expect(await textOf(name)).toBe('\ufeff"a","b","c"\r\n,"1",\r\n"2",,\r\n,"3","4"\r\n');
    expect([name, bytes, mediaType]).toEqual(['results/x.csv', report.bytesWritten, 'text/csv; charset=utf-8']);
    expect(report).toMatchObject({ complete: true, itemsRead: 3, recordsWritten: 3, columns: { written: 3 } });
    await removeParts(plan, store);
    expect(filesIn(root)).toEqual([join('results', 'x.csv'), join('results', 'x.outcome.json')]);
    expect(await joinExport(plan, store)).toEqual(await findOutcome('x', store));
    await removeResult('x', store);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([0, 1, 4, 7, 12])('parts of which %i were removed can be made again', async (removed) => {
    const plan = await planOf('format=csv');
    const store = directoryStore(root);
    await storePlan(plan, store);
    for (let tasks = await doStage(plan); tasks.length > 0; tasks = await doStage(plan));
    let left = removed;
    const remove = (name: string): Promise<void> => (left-- > 0 ? store.remove(name) : Promise.reject(new Error('no answer')));
    await expect(removeParts(plan, { ...store, remove })).rejects.toThrow('no answer');
    expect(await loadPlan('x', store)).toEqual(plan);
    for (let tasks = await doStage(plan); tasks.length > 0; tasks = await doStage(plan));
    const { name } = await joinExport(plan, store);
    expect(await textOf(name)).toBe('\ufeff"a","b","c"\r\n,"1",\r\n"2",,\r\n,"3","4"\r\n');
  });

  it('columns that the caller fixed need no second stage', async () => {
    const plan = await planOf('format=csv&bom=0&columns=c,b', { local: true });
    await doStage(plan);
    expect(await nextStage(plan, directoryStore(root))).toEqual({ join: true });
    const { name } = await joinExport(plan, directoryStore(root));
    expect(await textOf(name)).toBe('"c","b"\r\n,"1"\r\n,\r\n"4","3"\r\n');
  });

  it('a plan is stored as JSON, and another process goes on with it', async () => {
    const store = directoryStore(root);
    const plan = await planOf('format=csv&unwind=a&fields=a,b&limit=2&desc=1&delimiter=;');
    await storePlan(plan, store);
    await storePlan(plan, store);
    expect(await loadPlan('x', store)).toEqual(plan);
    await expect(storePlan({ ...plan, ranges: [] }, store)).rejects.toThrow('id: got "x", expected an id that no other export');
    await expect(loadPlan('y', store)).rejects.toThrow('y: the store has no plan of this export');
  });

  it('a plan of another version of the package is refused', async () => {
    const store = directoryStore(root);
    await storePlan({ ...(await planOf('format=csv')), version: 1 as 3 }, store);
    await expect(loadPlan('x', store)).rejects.toThrow(
      'x: the plan has version 1, expected 3: finish the export with the version',
    );
  });
});

describe('tasks', () => {
  it('done twice: found done, and what they wrote is the same when it is written again', async () => {
    const store = directoryStore(root);
    const plan = await planOf('format=csv');
    const [first] = await doStage(plan);
    const task = first as Task;
    const before = await Promise.all(filesIn(root).map(textOf));
    expect(await runTask(plan, task, { store, open })).toMatchObject({ foundDone: true, records: 1 });
    await store.remove('work/x/read/00000.json');
    expect(await nextStage(plan, store)).toEqual({ tasks: [task] });
    expect(await runTask(plan, task, { store, open })).toMatchObject({ foundDone: false, records: 1 });
    expect(await Promise.all(filesIn(root).map(textOf))).toEqual(before);
  });

  it('two processes at the same task write the same', async () => {
    const store = directoryStore(root);
    const plan = await planOf('format=json&indent=0', { local: true });
    const tasks = [0, 0, 1, 1, 2, 2].map((index): Task => ({ kind: 'read', index }));
    await Promise.all(tasks.map((task) => runTask(plan, task, { store, open })));
    const { name } = await joinExport(plan, store);
    expect(await textOf(name)).toBe('[{"b":1},\n{"a":2},\n{"b":3,"c":4}]');
  });

  it.each([
    ['a range that there is not', { kind: 'read', index: 3 }, 'task: got "read 3"'],
    ['a count that is not needed', { kind: 'count', index: 0 }, 'task: got "count 0"'],
    ['rows before all ranges are read', { kind: 'write', index: 0 }, 'task: got "write 0"'],
  ] as const)('%s is refused', async (_, task, message) => {
    await expect(runTask(await planOf('format=csv'), task, { store: directoryStore(root), open })).rejects.toThrow(message);
  });

  it('of items that have changed since the plan are refused', async () => {
    const plan = await planOf('format=json');
    appendFileSync(path, '{"d":5}\n');
    await expect(doStage(plan)).rejects.toThrow('items: has changed since the export was planned');
  });

  it('a malformed item ends the export when all earlier ranges are read, and later ones are not begun', async () => {
    writeFileSync(path, '{"a":1}\n{"a":2\n{"a":3}\n{"a":4\n{"a":5}\n');
    const store = directoryStore(root);
    const plan = await planOf('format=json');
    await expect(runTask(plan, { kind: 'read', index: 3 }, { store, open })).rejects.toThrow('line 4, byte 23');
    expect(await nextStage(plan, store)).toEqual({ tasks: [0, 1, 2].map((index) => ({ kind: 'read', index })) });
    await expect(runTask(plan, { kind: 'read', index: 1 }, { store, open })).rejects.toThrow('line 2, byte 8');
    expect(await nextStage(plan, store)).toEqual({ tasks: [{ kind: 'read', index: 0 }] });
    await runTask(plan, { kind: 'read', index: 0 }, { store, open });
    await expect(nextStage(plan, store)).rejects.toMatchObject({ code: 'malformed-input', source: path, line: 2, byte: 8 });
    await expect(joinExport(plan, store)).rejects.toThrow(/items\.jsonl: line 2, byte 8: /);
  });

  it('an export with tasks left is not joined', async () => {
    const plan = await planOf('format=csv');
    await expect(joinExport(plan, directoryStore(root))).rejects.toThrow('3 tasks are left, the first is read 0');
    await doStage(plan);
    await expect(joinExport(plan, directoryStore(root))).rejects.toThrow('3 tasks are left, the first is write 0');
    expect(await findOutcome('x', directoryStore(root))).toBeUndefined();
  });
});

describe('planning', () => {
  const own = defineDocumentFormat({ mediaType: 'text/plain', extension: 'txt', write: () => ['x'] });

  it.each([
    ['map', { map: (record: object) => record }, 'map: '],
    ['filter', { filter: () => true }, 'filter: '],
    ['cell', { cell: () => null }, 'cell: '],
    ['maxRecords', { maxRecords: 5 }, 'maxRecords: got "5", expected it in an export of one process only'],
    ['columnOrder', { columnOrder: ['a'] }, 'columnOrder: '],
    ['columnLabels', { columnLabels: { a: 'b' } }, 'columnLabels: '],
    ['an id with a slash', { id: 'a/b' }, 'id: got "a/b", expected 1 to 64 letters, digits, _ and -'],
    ['an empty id', { id: '' }, 'id: got ""'],
    ['no bytes per range', { rangeBytes: 0 }, 'rangeBytes: got "0", expected a whole number from 1 to'],
    ['more ranges than can be joined', { most: 10_001 }, 'most: got "10001", expected a whole number from 1 to 10000'],
  ])('%s is refused by name', async (_, options, message) => {
    await expect(planOf('format=csv', options as Partial<PlanOptions>)).rejects.toThrow(message);
  });

  it.each([
    ['a format that there is not', 'format=tsv', {}, 'format: got "tsv"'],
    [
      'a format without parts',
      'format=own',
      { formats: { ...formats, own } },
      'format: got "own", expected a format that can be written in parts',
    ],
    ['a format that tasks lack', 'format=own', {}, 'format: got "own"'],
    ['a parameter', 'limit=x', {}, 'limit: got "x"'],
  ])('%s is refused', async (_, query, options, message) => {
    await expect(planOf(query, options as Partial<PlanOptions>)).rejects.toThrow(message);
  });

  it('input that can be read only once is refused', async () => {
    await expect(datasetOfFiles(['-'])).rejects.toThrow(
      'file: got "-", expected files, because standard input can be read only once',
    );
    await expect(datasetOfFiles([path], { follow: true })).rejects.toThrow('follow: ');
    await expect(datasetOfFiles([join(folder, 'none')])).rejects.toMatchObject({ code: 'record-not-found' });
    const once = () => itemsSource([{ a: 1 }].values());
    await expect(datasetOfItems(once)).rejects.toThrow('expected items that can be counted and read more than once');
  });

  it.runIf(process.platform !== 'win32')('a named pipe is refused', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(datasetOfFiles([pipe])).rejects.toThrow('a file or a directory, because anything else can be read only once');
  });

  it('ranges become larger where there would be too many', async () => {
    writeFileSync(path, '{"a":1}\n'.repeat(100));
    const dataset = await open();
    const made = vi.fn(dataset.ranges);
    const small = { ...names, rangeBytes: 1, most: 7 };
    const { ranges } = await planExport({ ...dataset, ranges: made }, 'format=json', small);
    // A large input is not read again and again.
    expect(made).toHaveBeenCalledOnce();
    expect(ranges.length).toBeGreaterThan(3);
    expect(ranges.length).toBeLessThanOrEqual(7);
    const ends = ranges.map((range) => ('files' in range ? range.files[0]?.bytes : undefined));
    expect([ends[0]?.[0], ends.at(-1)?.[1]]).toEqual([0, 800]);
    expect(ends.slice(1).map((bytes) => bytes?.[0])).toEqual(ends.slice(0, -1).map((bytes) => bytes?.[1]));
  });

  it('there are fewer ranges than an object store has pieces for, unless more are asked for', async () => {
    const dataset = { by: 'items', facts: { id: 'x', name: 'x', modifiedAt: undefined }, version: '1', total: 9900 } as const;
    const plan = (options: Partial<PlanOptions>) =>
      planExport({ ...dataset, open: async () => itemsSource([]) }, 'format=json', { ...names, rangeBytes: 1, ...options });
    expect((await plan({})).ranges.length).toBe(4950);
    expect((await plan({ most: 10_000 })).ranges.length).toBe(9900);
    expect((await plan({ most: 2000 })).ranges.length).toBe(1980);
  });

  it('items of any source are split by their number', async () => {
    const items = Array.from({ length: 10 }, (_, a) => ({ a }));
    const openItems = () => datasetOfItems(() => itemsSource(items));
    const store = directoryStore(root);
    const plan = await planExport(await openItems(), 'format=json&desc=1&offset=1&limit=7&indent=0', {
      ...{ ...names, rangeBytes: 3000, local: true },
    });
    expect(plan.ranges).toEqual([{ items: [1, 4] }, { items: [4, 7] }, { items: [7, 8] }]);
    for (const index of plan.ranges.keys()) await runTask(plan, { kind: 'read', index }, { store, open: openItems });
    const { name } = await joinExport(plan, store);
    expect(JSON.parse(await textOf(name))).toEqual([8, 7, 6, 5, 4, 3, 2].map((a) => ({ a })));
  });
});

describe('a directory as a store', () => {
  async function* once(bytes: Uint8Array) {
    yield bytes;
  }

  it('removes what was given up, and keeps what is in progress', async () => {
    const store = directoryStore(root);
    await storePlan(await planOf('format=csv', { id: 'old' }), store);
    await storePlan(await planOf('format=csv', { id: 'new' }), store);
    const date = new Date('2020-01-01');
    utimesSync(join(root, 'work/old/plan.json'), date, date);
    for (const left of ['work/old/read.0f.partial', 'results/old.csv.0f.partial']) {
      await store.put(left, once(Buffer.from('x')));
      utimesSync(join(root, left), date, date);
    }
    expect(await sweep(store, new Date('2021-01-01'))).toBe(3);
    expect(filesIn(root)).toEqual([join('work', 'new', 'plan.json')]);
  });

  it.each(['../x', 'a//b', '/x', 'a/../b', 'a/.b', ''])('does not take the name %j', async (name) => {
    await expect(directoryStore(root).remove(name)).rejects.toThrow('name: ');
  });

  it('leaves nothing of bytes that end with an error', async () => {
    const failing = async function* () {
      yield Buffer.from('x');
      throw new Error('ended');
    };
    await expect(directoryStore(root).put('a/b', failing())).rejects.toThrow('ended');
    expect(filesIn(root)).toEqual([]);
  });
});
