import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileStore } from './file-store.js';
import { StorageInUseError } from './lock/lock.js';
import type { DatasetStore, StoredDataset } from './store.js';
import { itemsOf, numbers } from './testing/items.js';

let directory: string;
const warnings: string[] = [];
const open = (fsync: 'always' | 'batch' | 'never' = 'never'): Promise<DatasetStore> =>
  fileStore(directory, { fsync, warn: (message) => warnings.push(message) });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-store-'));
  warnings.length = 0;
});

afterEach(() => rm(directory, { recursive: true }));

function found(store: DatasetStore, name = 'kept'): StoredDataset {
  const dataset = store.find(name);
  if (dataset === undefined) throw new Error(`no dataset ${name}`);
  return dataset;
}

describe.each(['always', 'batch', 'never'] as const)('with fsync %s', (fsync) => {
  test('everything is there again when the directory is opened again', async () => {
    const first = await open(fsync);
    const schema = { actorSpecification: 1, views: { all: {} } };
    const dataset = await first.create({ name: 'kept', title: 'Kept', schema, actorId: 'actor', runId: 'run' });
    const other = await first.create();
    await Promise.all([dataset.push(numbers(3)), dataset.push([{ '#n': null }, { text: 'two\nlines' }]), other.push(numbers(2))]);
    dataset.read();
    await other.update({ name: 'other', schema });
    const told = [dataset.facts, dataset.version, dataset.statistics(), other.facts];
    await first.close();
    const second = await open(fsync);
    const [again, otherAgain] = [found(second), found(second, 'other')];
    expect([again.facts, again.version, again.statistics(), otherAgain.facts]).toEqual(told);
    expect(await itemsOf(again.source())).toEqual([...numbers(3), { '#n': null }, { text: 'two\nlines' }]);
    expect(second.list()).toEqual([again, otherAgain]);
    await again.push(numbers(1, 9));
    expect(await itemsOf(again.source(), { desc: true, limit: 2 })).toEqual([{ n: 9 }, { text: 'two\nlines' }]);
    await second.close();
    await expect(again.push(numbers(1))).rejects.toThrow('the store was closed');
    expect(warnings).toEqual([]);
  });
});

test('datasets made in one millisecond are in the same order when the directory is opened again', async () => {
  const first = await open();
  for (let made = 0; made < 30; made++) await first.create();
  const ids = first.list().map(({ facts }) => facts.id);
  await first.close();
  const second = await open();
  expect(second.list().map(({ facts }) => facts.id)).toEqual(ids);
  await second.close();
});

test('concurrent pushes stay whole and in the order of the calls', async () => {
  const store = await open('always');
  const dataset = await store.create({ name: 'kept' });
  const pushes = Array.from({ length: 200 }, (_, push) => [0, 1, 2].map((part) => ({ push, part })));
  await Promise.all(pushes.map((items) => dataset.push(items)));
  expect(await itemsOf(dataset.source())).toEqual(pushes.flat());
  await store.close();
});

describe('after a crash', () => {
  /** Two pushes, of three items and of two. */
  const before = [...numbers(3), { n: 3 }, { n: 4 }];
  const length = '{"n":0}\n'.length * 5 + 3;
  const rows: [string, (path: string) => Promise<void>, number, string][] = [
    ['nothing was torn', async () => {}, 5, ''],
    ['an item that has no end is cut', (path) => appendFile(path, '{"n":5'), 5, 'never acknowledged'],
    ['an item without its line end is cut', (path) => appendFile(path, '{"n":5}'), 5, 'never acknowledged'],
    ['items of a push that has no end are cut', (path) => appendFile(path, '{"n":5} \n{"n":6} \n'), 5, 'never acknowledged'],
    ['of two pushes the whole one stays', (path) => appendFile(path, '{"n":5} \n{"n":6}\n{"n":7} \n{'), 7, 'never acknowledged'],
    ['a whole push stays', (path) => appendFile(path, '{"n":5} \n{"n":6}\n'), 7, ''],
    [
      'zeros that a power failure leaves are kept aside',
      (path) => appendFile(path, `${'\0'.repeat(99)}\n{"n":9}\n`),
      5,
      'kept as',
    ],
    ['a push whose last item is no item goes whole', (path) => appendFile(path, '{"n":5} \n{"n":6\n'), 5, 'kept as'],
    ['a push of which the end is missing goes whole', (path) => truncate(path, length - 3), 3, 'never acknowledged'],
    ['items are gone, others never told of came', (path) => truncate(path, 26), 3, ''],
  ];
  const states: [string, (of: string) => Promise<void>][] = [
    ['as it was', async () => {}],
    ['with its index lost', (of) => rm(join(of, 'items.index'))],
    ['with a foreign index', (of) => writeFile(join(of, 'items.index'), Buffer.alloc(333, 7))],
    ['with its record lost', (of) => rm(join(of, 'dataset.json'))],
    ['with its record empty', (of) => writeFile(join(of, 'dataset.json'), '')],
    ['with an older record', (of) => agedRecord(join(of, 'dataset.json'))],
  ];

  describe.each(states)('%s', (_, harm) => {
    test.each(rows)('%s', async (_, tear, count, told) => {
      const first = await open();
      const dataset = await first.create({ name: 'kept' });
      const { id } = dataset.facts;
      await dataset.push(numbers(3));
      await dataset.push(before.slice(3));
      await first.close();
      const of = join(directory, 'datasets', id);
      await tear(join(of, 'items.jsonl'));
      await harm(of);

      const second = await open();
      const again = found(second, id);
      const expected = numbers(count);
      expect(await itemsOf(again.source())).toEqual(expected);
      expect(again.facts).toMatchObject({ itemCount: count, cleanItemCount: count, bytes: count * 8 });
      expect(again.statistics()).toEqual({ n: { min: 0, max: count - 1, nullCount: 0, emptyCount: 0 } });
      expect(warnings.filter((text) => text.includes('cut')).join()).toContain(told);
      await again.push(numbers(2, 100));
      expect(await itemsOf(again.source(), { desc: true })).toEqual([...expected, ...numbers(2, 100)].reverse());
      await second.close();

      const third = await open();
      expect(await itemsOf(found(third, id).source())).toEqual([...expected, ...numbers(2, 100)]);
      await third.close();
    });
  });

  async function agedRecord(path: string): Promise<void> {
    const record = JSON.parse(await readFile(path, 'utf8'));
    const tally = { items: 3, cleanItems: 3, bytes: 24, fields: [['n', 3, 0, 0, 2]] };
    await writeFile(path, JSON.stringify({ ...record, state: { size: 26, modifiedAt: record.state.modifiedAt, tally } }));
  }

  test('what was never made to its end, or removed half-way, is not there and leaves nothing behind', async () => {
    const first = await open();
    const dataset = await first.create({ name: 'kept' });
    await first.close();
    const datasets = join(directory, 'datasets');
    await rm(join(datasets, dataset.facts.id, 'dataset.json'));
    await promisify(execFile)('cp', ['-r', join(datasets, dataset.facts.id), join(datasets, 'half.removed')]);
    const second = await open();
    expect(second.list()).toEqual([]);
    expect(await readdir(datasets)).toEqual([]);
    await second.close();
  });
});

test('a page far down is found without a scan, whichever way it is read', async () => {
  const store = await open();
  const dataset = await store.create({ name: 'kept' });
  const items = Array.from({ length: 30_000 }, (_, n) => ({ n, text: 'x'.repeat(n % 90) }));
  for (let from = 0; from < items.length; from += 700) await dataset.push(items.slice(from, from + 700));
  const windows = [0, 1, 299, 14_999, 29_990, 29_999].flatMap((offset) => [
    { offset, limit: 10, desc: false },
    { offset, limit: 10, desc: true },
    { offset, limit: 3000, desc: true },
  ]);
  const check = async (): Promise<void> => {
    const source = found(again ?? store).source();
    for (const { offset, limit, desc } of windows) {
      const expected = (desc ? items.toReversed() : items).slice(offset, offset + limit);
      expect(await itemsOf(source, { offset, limit, desc })).toEqual(expected);
    }
  };
  let again: DatasetStore | undefined;
  await check();
  await store.close();
  again = await open();
  await check();
  await again.close();
  expect((await stat(join(directory, 'datasets', dataset.facts.id, 'items.index'))).size).toBeGreaterThan(16 * 30);
});

test('however many datasets are pushed to, few files are open', async () => {
  const store = await open('batch');
  const datasets = await Promise.all(Array.from({ length: 300 }, () => store.create()));
  const counts: number[] = [];
  for (let round = 0; round < 3; round++) {
    const pushes = datasets.map((dataset) => dataset.push(numbers(2)));
    counts.push(await openFilesBelow(directory));
    await Promise.all(pushes);
    counts.push(await openFilesBelow(directory));
  }
  expect(Math.max(...counts)).toBeLessThanOrEqual(64 + 16);
  for (const dataset of datasets) expect(dataset.facts.itemCount).toBe(6);
  await store.close();
  expect(await openFilesBelow(directory)).toBe(0);
});

test('a push that finds no room fails whole, and the next one that fits is taken', async () => {
  const script = `
    import { fileStore } from '${join(process.cwd(), 'packages/emulator/dist/index.js')}';
    process.on('SIGXFSZ', () => {});
    const store = await fileStore(process.argv[1], { fsync: 'never' });
    const dataset = await store.create({ name: 'kept' });
    const told = [];
    for (const size of [1000, 90000, 10, 90000, 2000]) {
      const items = [{ n: size }, { text: 'x'.repeat(size) }];
      told.push(await dataset.push(items).then(() => 'taken', (error) => error.name + ': ' + error.message));
    }
    const schema = { text: 'x'.repeat(90000) };
    told.push(await dataset.update({ name: 'renamed', schema }).then(() => 'taken', (error) => error.name + ': ' + error.message));
    await dataset.update({ name: 'kept', schema: null });
    console.log(JSON.stringify(told));
    await store.close();
  `;
  const limited = 'ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"';
  const { stdout } = await promisify(execFile)('bash', ['-c', limited, process.execPath, script, directory]);
  const told: string[] = JSON.parse(stdout);
  expect(told.map((text) => text.split(':')[0])).toEqual([
    'taken',
    UnwritableOutputError.name,
    'taken',
    UnwritableOutputError.name,
    'taken',
    UnwritableOutputError.name,
  ]);
  const store = await open();
  expect((await itemsOf(found(store).source())).map(({ n }) => n)).toEqual([1000, undefined, 10, undefined, 2000, undefined]);
  expect(warnings).toEqual([]);
  await store.close();
});

test('a second process is refused, and told who has the directory; when that is killed, the next one has it at once', async () => {
  const script = `
    import { fileStore } from '${join(process.cwd(), 'packages/emulator/dist/index.js')}';
    const store = await fileStore(process.argv[1]);
    await (await store.create({ name: 'kept' })).push([{ n: 0 }]);
    console.log('open');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    const refused = open();
    await expect(refused).rejects.toThrow(StorageInUseError);
    await expect(refused).rejects.toThrow(`${directory}: in use by process ${child.pid} on`);
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
  const store = await open();
  expect(await itemsOf(found(store).source())).toEqual(numbers(1));
  await store.close();
});

/** Linux alone tells. */
async function openFilesBelow(path: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const names = await readdir('/proc/self/fd');
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return paths.filter((target) => target.startsWith(path)).length;
}
