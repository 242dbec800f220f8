import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { describe, expect, test } from 'vitest';
import { openStorage } from '../storage/open-storage.js';
import type { Database } from '../store/database.js';
import type { Run } from './run.js';
import { RunGoingOnError } from './run-errors.js';
import { itemsOf, linesOf, newDirectory, node, openRuns, toEnd, until, wanted } from './testing/open-runs.js';
import type { FixtureWork, FunctionWork } from './work.js';

const work = (run: FunctionWork['run']): FunctionWork => ({ kind: 'function', run });
const fixture = (rest: Partial<FixtureWork>): FixtureWork => ({ kind: 'fixture', ...rest });

const items = [{ n: 1 }, { n: 2 }, { n: 3 }];
const file = join(newDirectory(), 'items.jsonl');
writeFileSync(file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));

describe('retention', () => {
  test('keeps a number of finished runs with their data; named storages and held runs are kept too', async () => {
    const directory = newDirectory();
    const runs = await openRuns({ directory, retention: { maxRuns: 2 } });
    const removed = await toEnd(runs, wanted(fixture({ file, log: ['x'] })));
    const held = await runs.start(wanted(fixture({ file })));
    const release = runs.hold(held.id);
    const named = await toEnd(runs, wanted(fixture({ file })));
    await runs.datasets.find(named.defaultDatasetId)?.update({ name: 'kept' });
    for (let more = 0; more < 3; more++) await toEnd(runs, wanted(fixture({ file })));
    await until(() => runs.list().length === 3, 'old runs are removed');
    expect(runs.get(removed.id)).toBeUndefined();
    expect(runs.log(removed.id)).toBeUndefined();
    expect(existsSync(join(directory, removed.id))).toBe(false);
    expect(runs.datasets.find(removed.defaultDatasetId)).toBeUndefined();
    expect(runs.keyValues.find(removed.defaultKeyValueStoreId)).toBeUndefined();
    expect(await itemsOf(runs, held)).toHaveLength(3);
    release();
    release();
    await until(() => runs.get(held.id) === undefined, 'what is released is removed');
    expect(runs.datasets.list().map(({ facts }) => facts.name)).toEqual(['kept', undefined, undefined]);
    expect(runs.keyValues.list()).toHaveLength(2);
    const [last] = runs.list() as [Run];
    await runs.remove(last.id);
    await runs.remove('nothing');
    expect(existsSync(join(directory, last.id))).toBe(false);
    await runs.close();
  });

  test('keeps runs for a time', async () => {
    let seconds = 0;
    const now = (): Date => new Date(1000 * seconds);
    const runs = await openRuns({ retention: { maxAgeSecs: 10 }, now });
    const first = await toEnd(runs, wanted(fixture({})));
    seconds = 10;
    await toEnd(runs, wanted(fixture({})));
    expect(runs.list()).toHaveLength(2);
    seconds = 11;
    await toEnd(runs, wanted(fixture({})));
    await until(() => runs.get(first.id) === undefined, 'the first is too old');
    expect(runs.list()).toHaveLength(2);
    await runs.close();
  });
});

test('a run whose end cannot be stored goes on; its removal stores it or fails as the storage does, and is never refused as running', async () => {
  const storage = await openStorage(undefined);
  const { database } = storage;
  let isFull = false;
  const commit: Database['commit'] = (...given) =>
    isFull ? Promise.reject(new UnwritableOutputError('disk', 'cannot be written')) : database.commit(...given);
  const runs = await openRuns({ storage: { ...storage, database: { ...database, commit } }, retryDelay: 1e9 });
  const ended: Run['status'][] = [];
  runs.onEvent(({ type, run }) => void (type === 'ACTOR.RUN.SUCCEEDED' && ended.push(run.status)));
  let finish = (): void => {};
  const { id } = await runs.start(wanted(work(() => new Promise<void>((resolve) => (finish = resolve)))));
  await until(() => runs.get(id)?.status === 'RUNNING', 'it runs');
  await expect(runs.remove(id)).rejects.toThrow(RunGoingOnError);
  isFull = true;
  finish();
  await until(() => runs.problems.length > 0, 'its end was not stored');
  await expect(runs.remove(id)).rejects.toThrow(UnwritableOutputError);
  expect(runs.get(id)).toMatchObject({ status: 'RUNNING' });
  isFull = false;
  await runs.remove(id);
  expect([runs.list(), ended, runs.counts()]).toEqual([[], ['SUCCEEDED'], { ready: 0, running: 0, finished: 0 }]);
  await runs.close();
  await storage.close();
});

describe('runs in a directory', () => {
  test('exist when it is opened again, the oldest first, with their logs', async () => {
    const directory = newDirectory();
    const first = await openRuns({ directory });
    const one = await toEnd(first, wanted(node('console.log("a\\nb")'), {}, { a: 1 }));
    const two = await toEnd(first, wanted(fixture({ status: 'FAILED' })));
    await first.close();
    const again = await openRuns({ directory });
    expect(again.list()).toEqual([one, two]);
    expect(await linesOf(again, one)).toEqual(['a', 'b']);
    expect(await again.update(one.id, { statusMessage: 'later' })).toMatchObject({ statusMessage: 'later' });
    await again.close();
    const third = await openRuns({ directory });
    expect(third.get(one.id)).toMatchObject({ statusMessage: 'later' });
    await third.close();
  });

  test('are aborted when the runs are closed, with all their processes', async () => {
    const directory = newDirectory();
    const runs = await openRuns({ directory, maxConcurrentRuns: 1 });
    const going = await runs.start(wanted(node('setInterval(() => {}, 1000)')));
    const waiting = await runs.start(wanted(fixture({})));
    await until(() => runs.get(going.id)?.status === 'RUNNING', 'it runs');
    await runs.close();
    const again = await openRuns({ directory });
    for (const { id } of [going, waiting]) {
      expect(again.get(id)).toMatchObject({ status: 'ABORTED', statusMessage: 'The emulator was closed' });
    }
    await again.close();
  });
});
