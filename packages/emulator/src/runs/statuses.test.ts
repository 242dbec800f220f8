import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinal, type RunStatus, runStatuses, statusesAfter } from './run.js';
import { openRuns, wanted } from './testing/open-runs.js';
import type { ActorWork, FunctionWork } from './work.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number, until: () => boolean = () => false): Promise<void> {
  for (let done = 0; done < count && !until(); done++) await turn();
}

const works: Record<string, (length: number) => ActorWork> = {
  ends: (length) => work(() => turns(length)),
  throws: (length) =>
    work(async () => {
      await turns(length);
      throw new Error('out of luck');
    }),
  'ends when it is asked to': (length) =>
    work(async ({ signal }) => {
      await turns(1000, () => signal.aborted);
      await turns(length);
    }),
  'takes no heed': (length) => work(() => turns(length + 30)),
  'never ends': () => work(() => new Promise(() => {})),
  fails: () => ({ kind: 'fixture', status: 'FAILED' }),
  'times out': () => ({ kind: 'fixture', status: 'TIMED-OUT' }),
  'is aborted': (length) => ({ kind: 'fixture', status: 'ABORTED', delay: length }),
};

function work(run: FunctionWork['run']): FunctionWork {
  return { kind: 'function', run };
}

/** Numbers of turns of the event loop after which each action is done. */
const steps = fc.record({
  work: fc.constantFrom(...Object.keys(works)),
  length: fc.nat(10),
  timeoutSecs: fc.constantFrom(0, 0.002, 0.01, 60),
  aborts: fc.array(fc.record({ at: fc.nat(20), gracefully: fc.boolean() }), { maxLength: 2 }),
  message: fc.option(fc.record({ at: fc.nat(20), isStatusMessageTerminal: fc.boolean() }), { nil: undefined }),
});

test('whatever happens to runs, their statuses follow the order of the API', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), live),
  );
});

type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

async function live(all: readonly Steps[], maxConcurrentRuns: number, closing: boolean): Promise<void> {
  const runs = await openRuns({ maxConcurrentRuns, grace: 5, longGrace: 10 });
  const events: string[] = [];
  runs.onEvent(({ type, run }) => events.push(`${run.id} ${type} ${run.status}`));
  const seen = await Promise.all(
    all.map(async ({ work: name, length, timeoutSecs, aborts, message }) => {
      const made = (works[name] as (length: number) => ActorWork)(length);
      const { id, status } = await runs.start(wanted(made, { timeoutSecs }));
      const statuses: RunStatus[] = [status];
      const onlyEndsIfAsked = name === 'never ends' && timeoutSecs !== 0.002 && timeoutSecs !== 0.01;
      for (let at = 0; !isFinal(statuses.at(-1) as RunStatus); at++) {
        for (const abort of aborts) if (abort.at === at) await runs.abort(id, abort);
        if (onlyEndsIfAsked && at === 25 && !closing) await runs.abort(id);
        if (message?.at === at) await runs.update(id, { statusMessage: 'said', ...message });
        const now = runs.get(id)?.status as RunStatus;
        if (now !== statuses.at(-1)) statuses.push(now);
        if (closing && at === 30) void runs.close();
        await turn();
      }
      return { id, statuses, run: runs.get(id) };
    }),
  );
  await runs.close();
  expect(runs.problems).toEqual([]);
  expect(runs.counts()).toEqual({ ready: 0, running: 0, finished: all.length });
  for (const { id, statuses, run } of seen) {
    for (const [place, status] of statuses.entries()) {
      if (place > 0) expect(reachable(statuses[place - 1] as RunStatus)).toContain(status);
    }
    const last = statuses.at(-1) as RunStatus;
    expect(run).toMatchObject({ status: last, finishedAt: expect.any(Date) });
    expect(events.filter((event) => event.startsWith(id))).toEqual([
      `${id} ACTOR.RUN.CREATED READY`,
      `${id} ACTOR.RUN.${last.replace('-', '_')} ${last}`,
    ]);
  }
}

function reachable(from: RunStatus): RunStatus[] {
  return [...statusesAfter[from]].flatMap((next) => [next, ...reachable(next)]);
}

test('every status has a place in the order, and the final statuses are those of events', () => {
  expect(Object.keys(statusesAfter).sort()).toEqual([...runStatuses].sort());
  expect(reachable('READY').sort()).toEqual(expect.arrayContaining(['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED']));
  expect(runStatuses.filter(isFinal)).toEqual(['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED']);
});
