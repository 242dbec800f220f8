import { WorkerEndedError } from '@dataset-items/query-pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import type { Setup, Task } from './messages.js';
import { type Pool, startPool } from './pool.js';

/** A thread that does its first task, and exits in the middle of the second one, or after some milliseconds. */
const threadOf = (exit: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      const progress = { bytes: 0, items: 0 };
      parentPort.on('message', (message) => {
        if (message === 'end') process.exit();
        else if (message.index === 0) parentPort.postMessage({ progress, event: { done: { items: 1 } } });
        else ${exit};
      });
    `)}`,
  );

const setup: Setup = {
  files: [],
  request: {},
  facts: { id: 'x', name: undefined, modifiedAt: undefined },
  settings: {},
  spool: undefined,
} as unknown as Setup;
const count = { kind: 'count', range: [] } as unknown as Extract<Task, { kind: 'count' }>;

const pools: Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});
const started = (file: URL, threads: number, given = setup): Pool => {
  const pool = startPool(file, { threads, setup: given, signal: undefined, onProgress: () => undefined });
  pools.push(pool);
  return pool;
};

/** What the tasks of a walk have come to, or its error. */
async function walked(pool: Pool, tasks: number): Promise<unknown[]> {
  const given: unknown[] = [];
  try {
    for await (const one of pool.run<'count'>(Array.from({ length: tasks }, () => count))) given.push(one);
  } catch (error) {
    given.push(error);
  }
  return given;
}

const first = { result: { items: 1 }, index: 0 };
const exited = new WorkerEndedError('it exited with status 3');

describe('threads that end too early', () => {
  it('in a walk: what was done before is given first', async () => {
    expect(await walked(started(threadOf('process.exit(3)'), 1), 3)).toEqual([first, exited]);
  });

  it.each([
    ['at once', 'process.exit(3)'],
    ['later', 'setTimeout(() => process.exit(3), 100)'],
  ])('in a task of a walk that was left, %s: the next walk fails', async (_, exit) => {
    const pool = started(threadOf(exit), 1);
    for await (const one of pool.run<'count'>([count, count])) {
      expect(one).toEqual(first);
      break;
    }
    expect(await walked(pool, 2)).toEqual([exited]);
  });

  it('one that cannot be started: the walk fails, and the others are ended', async () => {
    let starts = 0;
    const limited = {
      ...setup,
      get spool(): undefined {
        if (++starts > 1) throw new Error('no more threads');
        return undefined;
      },
    };
    const pool = started(threadOf('process.exit(3)'), 3, limited);
    expect(await walked(pool, 2)).toEqual([new Error('no more threads')]);
    await expect(pool.close()).resolves.toBeUndefined();
  });
});
