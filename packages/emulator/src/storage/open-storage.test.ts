import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StorageInUseError } from '../store/errors.js';
import type { DatasetStore, StoredDataset } from './store.js';
import { itemsOf, numbers } from './testing/items.js';
import { openDatasetStore } from './testing/stores.js';

let directory: string;
const warnings: string[] = [];
const open = (fsync: 'always' | 'batch' | 'never' = 'never'): ReturnType<typeof openDatasetStore> =>
  openDatasetStore(directory, { fsync, warn: (message) => warnings.push(message) });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-store-'));
  warnings.length = 0;
});

afterEach(() => rm(directory, { recursive: true }));

function found(store: Pick<DatasetStore, 'find'>, name = 'kept'): StoredDataset {
  const dataset = store.find(name);
  if (dataset === undefined) throw new Error(`no dataset ${name}`);
  return dataset;
}

describe.each(['always', 'batch', 'never'] as const)('with fsync %s', (fsync) => {
  test('everything exists when the directory is opened again', async () => {
    const first = await open(fsync);
    const schema = { actorSpecification: 1, views: { all: {} } };
    const dataset = await first.create({ name: 'kept', title: 'Kept', schema, actorId: 'actor', runId: 'run' });
    const other = await first.create();
    await Promise.all([dataset.push(numbers(3)), dataset.push([{ '#n': null }, { text: 'two\nlines' }]), other.push(numbers(2))]);
    dataset.read();
    await other.update({ name: 'other', schema });
    const told = [dataset.facts, dataset.version, await dataset.statistics(), other.facts];
    await first.close();
    const second = await open(fsync);
    const [again, otherAgain] = [found(second), found(second, 'other')];
    expect([again.facts, again.version, await again.statistics(), otherAgain.facts]).toEqual(told);
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
  const length = '{"n":0}\n'.length * 5;
  const lost = /has \d+ bytes, expected 40: stored items are lost/;
  /** Damage of the file; number of items, or the error of each call; the warning; whether lines are kept in another file. */
  const rows: [string, (path: string) => Promise<void>, number | RegExp, string, boolean][] = [
    ['without damage', async () => {}, 5, '', false],
    ['an incomplete item is cut off', (path) => appendFile(path, '{"n":5'), 5, 'incomplete push', false],
    ['further complete lines are kept in another file', (path) => appendFile(path, '{"n":5}\n{"n":6'), 5, 'kept as', true],
    ['zeros are kept in another file', (path) => appendFile(path, `${'\0'.repeat(99)}\n{"n":9}\n`), 5, 'kept as', true],
    ['a file without its end is an error', (path) => truncate(path, length - 3), lost, 'are lost', false],
    ['an empty file is an error', (path) => truncate(path, 0), lost, 'are lost', false],
    ['a missing file is an error', (path) => rm(path), lost, 'are lost', false],
    ['a changed byte is an error', (path) => flip(path, 12), /bytes 0 to 40 are damaged/, '', false],
  ];

  test.each(rows)('%s', async (_, tear, expected, told, aside) => {
    const first = await open();
    const dataset = await first.create({ name: 'kept' });
    const { id } = dataset.facts;
    await dataset.push(numbers(3));
    await dataset.push(numbers(2, 3));
    await first.close();
    const of = join(directory, 'datasets', id);
    await tear(join(of, 'items.jsonl'));

    const second = await open();
    const again = found(second, id);
    const read = async () => itemsOf(again.source());
    if (typeof expected === 'number') {
      expect(await read()).toEqual(numbers(expected));
      expect(await itemsOf(again.source(), { desc: true, limit: 2 })).toEqual(numbers(expected).slice(-2).reverse());
      expect(again.facts).toMatchObject({ itemCount: expected, cleanItemCount: expected, bytes: expected * 8 });
      expect(await again.statistics()).toEqual({ n: { min: 0, max: expected - 1, nullCount: 0, emptyCount: 0 } });
      await again.push(numbers(2, 100));
      expect(await read()).toEqual([...numbers(expected), ...numbers(2, 100)]);
    } else {
      for (const _ of [1, 2]) await expect(read()).rejects.toThrow(expected);
      await expect(itemsOf2(again)).rejects.toThrow(expected);
    }
    expect(warnings.join()).toContain(told);
    expect((await readdir(of).catch(() => [])).some((name) => name.includes('.cut-'))).toBe(aside);
    await second.close();
  });

  const itemsOf2 = async (dataset: StoredDataset) => itemsOf(dataset.source(), { desc: true });

  async function flip(path: string, at: number): Promise<void> {
    const bytes = await readFile(path);
    bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
    await writeFile(path, bytes);
  }

  test('with `never`, a file that a power failure truncated is cut to complete lines, which is reported once, and is used further', async () => {
    const first = await open('never');
    const dataset = await first.create({ name: 'kept' });
    await dataset.push(numbers(5));
    const copy = `${directory}-copy`;
    await promisify(execFile)('cp', ['-r', directory, copy]);
    await first.close();
    try {
      await truncate(join(copy, 'datasets', dataset.facts.id, 'items.jsonl'), 30);
      for (const [count, told] of [
        [3, 1],
        [4, 0],
      ] as const) {
        warnings.length = 0;
        const store = await openDatasetStore(copy, { fsync: 'never', warn: (message) => warnings.push(message) });
        const again = found(store);
        expect(await itemsOf(again.source())).toEqual(numbers(count));
        expect(warnings.filter((line) => line.includes('2 of 5 items were lost'))).toHaveLength(told);
        await again.push(numbers(1, count));
        await store.close();
      }
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

test('a late page is found without a scan, in both orders', async () => {
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
  let again: Awaited<ReturnType<typeof open>> | undefined;
  await check();
  await store.close();
  again = await open();
  await check();
  await again.close();
});

test('the number of open files is limited, however many datasets get pushes', async () => {
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

test('a push without enough space fails as a whole, and the next one that fits is stored', async () => {
  const script = `
    import { openStorage } from '${join(process.cwd(), 'packages/emulator/dist/index.js')}';
    process.on('SIGXFSZ', () => {});
    const { datasets: store, close } = await openStorage(process.argv[1], { fsync: 'never' });
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
    await close();
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

test('a second process is refused, and the error names the first one; after that was killed, the next one can use the directory at once', async () => {
  const script = `
    import { openStorage } from '${join(process.cwd(), 'packages/emulator/dist/index.js')}';
    const { datasets: store } = await openStorage(process.argv[1]);
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

/** Number of open files below a path. Linux only. */
async function openFilesBelow(path: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const names = await readdir('/proc/self/fd');
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return paths.filter((target) => target.startsWith(path)).length;
}
