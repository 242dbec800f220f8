import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, test } from 'vitest';
import type { Run } from './run.js';
import { RunGoingOnError, RunsClosedError } from './run-errors.js';
import { itemsOf, linesOf, newDirectory, node, openRuns, shell, toEnd, until, wanted } from './testing/open-runs.js';
import type { ActorWork, FixtureWork, FunctionWork } from './work.js';

const work = (run: FunctionWork['run']): FunctionWork => ({ kind: 'function', run });
const fixture = (rest: Partial<FixtureWork>): FixtureWork => ({ kind: 'fixture', ...rest });

interface Row {
  readonly name: string;
  readonly work: ActorWork;
  readonly input?: unknown;
  readonly options?: Partial<Run['options']>;
  readonly status: Run['status'];
  readonly exitCode?: number;
  readonly message?: string | RegExp;
  readonly items?: readonly Item[];
  readonly log?: readonly (string | RegExp)[];
}

const items = [{ n: 1 }, { n: 2 }, { n: 3 }];
const file = join(newDirectory(), 'items.csv');
writeFileSync(file, 'n\n1\n2\n3\n');
const rows: readonly Row[] = [
  { name: 'a command that succeeds', work: node('console.log("hi")'), status: 'SUCCEEDED', exitCode: 0, log: ['hi'] },
  {
    name: 'a command that fails',
    work: node('console.error("no"); process.exitCode = 3'),
    status: 'FAILED',
    exitCode: 3,
    message: 'The command exited with code 3',
    log: ['no', 'The command exited with code 3'],
  },
  {
    name: 'a command that a signal ends',
    work: shell('kill -SEGV $$'),
    status: 'FAILED',
    exitCode: 139,
    message: 'The command was ended by SIGSEGV',
  },
  {
    name: 'a command that does not exist',
    work: { ...node(''), command: ['no-such-program', 'x'] },
    status: 'FAILED',
    message: /^Could not start no-such-program x in .*: spawn no-such-program ENOENT$/,
    log: [/^Could not start no-such-program/],
  },
  {
    name: 'a command in a folder that does not exist',
    work: node('', { folder: '/no/such/folder' }),
    status: 'FAILED',
    message: /in \/no\/such\/folder: .*ENOENT/,
  },
  {
    name: 'a text for the shell, with variables of its own',
    work: shell('echo "$GREETING" | tr a-z A-Z', { env: { GREETING: 'hello' } }),
    status: 'SUCCEEDED',
    exitCode: 0,
    log: ['HELLO'],
  },
  {
    name: 'a heap that is too large for its memory',
    work: node('const all = []; for (;;) all.push(new Array(1000).fill(Math.random()))'),
    options: { memoryMbytes: 128 },
    status: 'FAILED',
    exitCode: 134,
    message: 'The command was ended by SIGABRT',
  },
  {
    name: 'a function',
    work: work(async ({ input, pushData, log, setValue, getValue }) => {
      await pushData({ input } as Item);
      await pushData(items);
      await setValue('OUTPUT', { done: true });
      log(`${JSON.stringify(await getValue('OUTPUT'))} ${JSON.stringify(await getValue('nothing'))}`);
    }),
    input: { url: 'x' },
    status: 'SUCCEEDED',
    exitCode: 0,
    items: [{ input: { url: 'x' } }, ...items],
    log: ['{"done":true} undefined'],
  },
  {
    name: 'a function that throws',
    work: work(async ({ pushData }) => {
      await pushData(items);
      throw new Error('out of luck');
    }),
    status: 'FAILED',
    exitCode: 1,
    message: 'out of luck',
    items,
  },
  {
    name: 'a function that sets its message',
    work: work(({ setStatusMessage }) => setStatusMessage('3 of 3')),
    status: 'SUCCEEDED',
    exitCode: 0,
    message: '3 of 3',
  },
  {
    name: 'a fixture',
    work: fixture({ file, log: ['one', 'two'] }),
    status: 'SUCCEEDED',
    exitCode: 0,
    items: n('1', '2', '3'),
    log: ['one', 'two'],
  },
  {
    name: 'a fixture with fewer items',
    work: fixture({ file }),
    options: { maxItems: 2 },
    status: 'SUCCEEDED',
    exitCode: 0,
    items: n('1', '2'),
  },
  {
    name: 'a fixture with a delay',
    work: fixture({ file, delay: 20, itemsPerSecond: 50 }),
    status: 'SUCCEEDED',
    exitCode: 0,
    items: n('1', '2', '3'),
  },
  {
    name: 'a fixture that fails',
    work: fixture({ status: 'FAILED', statusMessage: 'as wanted', exitCode: 91 }),
    status: 'FAILED',
    exitCode: 91,
    message: 'as wanted',
  },
  { name: 'a fixture that times out', work: fixture({ status: 'TIMED-OUT' }), status: 'TIMED-OUT' },
  { name: 'a fixture that is aborted', work: fixture({ status: 'ABORTED' }), status: 'ABORTED' },
  {
    name: 'a fixture whose file does not exist',
    work: fixture({ file: '/no/such.json' }),
    status: 'FAILED',
    message: /no\/such\.json/,
  },
];

function n(...values: string[]): Item[] {
  return values.map((value) => ({ n: value }));
}

describe.each([
  ['in memory', undefined],
  ['in a directory', newDirectory()],
])('runs %s', (_, directory) => {
  test.each(rows)('$name: $status', async (row) => {
    const runs = await openRuns({ directory });
    const run = await toEnd(runs, wanted(row.work, row.options, row.input));
    const { status, exitCode, statusMessage = '' } = run;
    expect({ status, exitCode }).toEqual({ status: row.status, exitCode: row.exitCode });
    expect(statusMessage).toMatch(row.message ?? /^$/);
    expect(run.finishedAt?.getTime()).toBeGreaterThanOrEqual(run.startedAt.getTime());
    expect(await itemsOf(runs, run)).toEqual(row.items ?? []);
    const lines = await linesOf(runs, run);
    for (const line of row.log ?? []) expect(lines).toContainEqual(expect.stringMatching(line));
    await runs.close();
    expect(runs.problems).toEqual([]);
    if (directory !== undefined)
      expect(existsSync(join(directory, run.id)) ? readdirSync(join(directory, run.id)) : []).toEqual(['log.txt']);
  });

  test('reports the start and the end to listeners', async () => {
    const runs = await openRuns({ directory });
    const events: string[] = [];
    const leave = runs.onEvent(({ type, run }) => events.push(`${type} ${run.status}`));
    await toEnd(runs, wanted(fixture({})));
    await toEnd(runs, wanted(fixture({ status: 'TIMED-OUT' })));
    leave();
    await toEnd(runs, wanted(fixture({})));
    expect(events).toEqual([
      'ACTOR.RUN.CREATED READY',
      'ACTOR.RUN.SUCCEEDED SUCCEEDED',
      'ACTOR.RUN.CREATED READY',
      'ACTOR.RUN.TIMED_OUT TIMED-OUT',
    ]);
    await runs.close();
  });

  test('keeps the final message of the actor, and replaces an earlier message by the reason of the end', async () => {
    const runs = await openRuns({ directory });
    const finish = { statusMessage: 'Half done', isStatusMessageTerminal: true };
    const slow = work(async ({ signal }) => {
      while (!signal.aborted) await new Promise(setImmediate);
      throw new Error('stopped');
    });
    for (const [changes, expected] of [
      [finish, 'Half done'],
      [{ statusMessage: '1 of 2' }, 'The run was aborted'],
    ] as const) {
      const { id } = await runs.start(wanted(slow));
      expect(await runs.update(id, changes)).toMatchObject(changes);
      await runs.abort(id);
      expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED', statusMessage: expected });
      expect(await runs.update(id, { statusMessage: 'late' })).toMatchObject({ statusMessage: 'late' });
    }
    expect(await runs.update('nothing', finish)).toBeUndefined();
    await runs.close();
  });
});

describe('the queue', () => {
  test('are refused when too many wait, until some have ended', async () => {
    const runs = await openRuns({ maxConcurrentRuns: 1, maxWaitingRuns: 2 });
    const endless = wanted(work(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve))));
    const started = await Promise.all([1, 2, 3].map(() => runs.start(endless)));
    await expect(runs.start(endless)).rejects.toMatchObject({
      code: 'rate-limit-exceeded',
      message: expect.stringMatching(/^2 runs wait for their turn, .* \(--max-runs\)$/),
    });
    await runs.abort(started[2]?.id ?? '');
    await runs.wait(started[2]?.id ?? '', Number.POSITIVE_INFINITY);
    expect(runs.get((await runs.start(endless)).id)?.status).toBe('READY');
    await runs.close();
  });

  test('limits the number of simultaneous runs; others wait in order', async () => {
    const runs = await openRuns({ maxConcurrentRuns: 2 });
    const order: number[] = [];
    const proceed: (() => void)[] = [];
    const started = await Promise.all(
      Array.from({ length: 6 }, async (_, index) =>
        runs.start(
          wanted(
            work(async () => {
              order.push(index);
              await new Promise<void>((resolve) => proceed.push(resolve));
            }),
          ),
        ),
      ),
    );
    await until(() => order.length === 2, 'two run');
    expect(runs.counts()).toEqual({ ready: 4, running: 2, finished: 0 });
    const waiting = started[3] as Run;
    await runs.abort(waiting.id);
    expect(await runs.wait(waiting.id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED', stats: { runTimeSecs: 0 } });
    for (let ended = 0; ended < 5; ended++) {
      await until(() => proceed.length > ended, 'the next runs');
      proceed[ended]?.();
    }
    await Promise.all(started.map(({ id }) => runs.wait(id, Number.POSITIVE_INFINITY)));
    expect(order).toEqual([0, 1, 2, 4, 5]);
    expect(runs.counts()).toEqual({ ready: 0, running: 0, finished: 6 });
    await runs.close();
    await expect(runs.start(wanted(fixture({})))).rejects.toThrow(RunsClosedError);
  });
});

describe('waiting', () => {
  test('ends when the run ends, the time is over or the signal fires', async () => {
    const runs = await openRuns();
    const { id } = await runs.start(
      wanted(work(({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())))),
    );
    await until(() => runs.get(id)?.status === 'RUNNING', 'it runs');
    expect(await runs.wait(id, 0)).toMatchObject({ status: 'RUNNING' });
    expect(await runs.wait(id, 5)).toMatchObject({ status: 'RUNNING' });
    expect(await runs.wait(id, Number.POSITIVE_INFINITY, AbortSignal.abort())).toMatchObject({ status: 'RUNNING' });
    expect(await runs.wait(id, Number.POSITIVE_INFINITY, AbortSignal.timeout(5))).toMatchObject({ status: 'RUNNING' });
    expect(await runs.wait('nothing', 5)).toBeUndefined();
    await expect(runs.remove(id)).rejects.toThrow(RunGoingOnError);
    const ended = runs.wait(id, Number.POSITIVE_INFINITY);
    await runs.abort(id, { gracefully: true });
    expect(await ended).toMatchObject({ status: 'ABORTED' });
    expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED' });
    await runs.close();
  });
});
