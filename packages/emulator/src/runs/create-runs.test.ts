import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { describe, expect, test } from 'vitest';
import type { Run } from './run.js';
import { RunGoingOnError, RunsClosedError } from './runs.js';
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
  { name: 'a command that ends well', work: node('console.log("hi")'), status: 'SUCCEEDED', exitCode: 0, log: ['hi'] },
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
    name: 'a command that is not there',
    work: { ...node(''), command: ['no-such-program', 'x'] },
    status: 'FAILED',
    message: /^Could not start no-such-program x in .*: spawn no-such-program ENOENT$/,
    log: [/^Could not start no-such-program/],
  },
  {
    name: 'a command in a folder that is not there',
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
    name: 'a fixture that takes its time',
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
    name: 'a fixture whose file is not there',
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
      expect(readdirSync(join(directory, run.id)).sort()).toEqual(lines.length > 0 ? ['log.txt', 'run.json'] : ['run.json']);
  });

  test('tells who listens of the beginning and the end', async () => {
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

  test('keeps what the actor says of its end, and puts the reason in the place of what it said on the way', async () => {
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
      expect(await runs.wait(id, 10_000)).toMatchObject({ status: 'ABORTED', statusMessage: expected });
      expect(await runs.update(id, { statusMessage: 'late' })).toMatchObject({ statusMessage: 'late' });
    }
    expect(await runs.update('nothing', finish)).toBeUndefined();
    await runs.close();
  });
});

describe('the queue', () => {
  test('lets so many run at once, and others in the order they came', async () => {
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
    expect(await runs.wait(waiting.id, 10_000)).toMatchObject({ status: 'ABORTED', stats: { runTimeSecs: 0 } });
    for (let ended = 0; ended < 5; ended++) {
      await until(() => proceed.length > ended, 'the next runs');
      proceed[ended]?.();
    }
    await Promise.all(started.map(({ id }) => runs.wait(id, 10_000)));
    expect(order).toEqual([0, 1, 2, 4, 5]);
    expect(runs.counts()).toEqual({ ready: 0, running: 0, finished: 6 });
    await runs.close();
    await expect(runs.start(wanted(fixture({})))).rejects.toThrow(RunsClosedError);
  });
});

describe('waiting', () => {
  test('ends with the run, the time or the signal', async () => {
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

describe('retention', () => {
  test('keeps so many runs that have ended, with what is theirs; names and holds keep more', async () => {
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
    expect(readdirSync(directory)).toHaveLength(1);
    await runs.close();
  });

  test('keeps runs so long', async () => {
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

describe('runs in a directory', () => {
  test('are there when it is opened again, the oldest first, with their logs', async () => {
    const directory = newDirectory();
    const first = await openRuns({ directory });
    const one = await toEnd(first, wanted(node('console.log("a\\nb")'), {}, { a: 1 }));
    const two = await toEnd(first, wanted(fixture({ status: 'FAILED' })));
    await first.close();
    const again = await openRuns({ directory, datasets: first.datasets, keyValues: first.keyValues });
    expect(again.list()).toEqual([one, two]);
    expect(await linesOf(again, one)).toEqual(['a', 'b']);
    expect(await again.update(one.id, { statusMessage: 'later' })).toMatchObject({ statusMessage: 'later' });
    await again.close();
    expect(JSON.parse(readFileSync(join(directory, one.id, 'run.json'), 'utf8'))).toMatchObject({ statusMessage: 'later' });
  });

  test('are aborted when they are closed, and nothing of them is left', async () => {
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
