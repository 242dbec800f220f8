import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { oneAtATime } from '../one-at-a-time.js';
import type { Change } from '../store/changes.js';
import type { Outcome } from './executors/executor.js';
import { type Legs, type LegsOptions, runLegs } from './legs.js';
import { type FinalStatus, isFinal, type Run, type RunStats, type RunStatus, statusesAfter } from './run.js';
import { RunNotRunningError } from './run-errors.js';
import { after } from './timer.js';
import type { Turns } from './turns.js';

/** A run that has not ended. */
export interface LiveRun {
  /** The current state. */
  readonly run: Run;
  update(changes: Pick<Partial<Run>, 'statusMessage' | 'isStatusMessageTerminal'>): Promise<void>;
  /** Stores a change of a run that has not ended, in one commit with other changes. @throws RunNotRunningError, UnwritableOutputError */
  record(change: (run: Run) => Run, more?: readonly Change[]): Promise<void>;
  /** Resolves when all changes so far are stored. */
  settled(): Promise<void>;
  /** Stores the end of a run whose work is over, without waiting for the next attempt. @throws UnwritableOutputError */
  storeEnd(): Promise<void>;
  /**
   * Asks the run to end, and ends it after `grace` milliseconds. May be called again with a shorter time.
   * @param gracefully a process that listens to events is asked by an event, not by a signal
   */
  abort(grace: number, message: string, gracefully?: boolean): void;
  readonly again: Legs['again'];
  readonly migrate: Legs['migrate'];
  /** Resolves when the run has ended, its processes too, and its result is stored. Never rejects. */
  readonly ended: Promise<void>;
}

export interface LiveRunOptions extends LegsOptions {
  /** The run with its number of items. */
  readonly counted: (run: Run) => Run;
  readonly turns: Turns;
  readonly now: () => Date;
  /** Milliseconds between a timeout and the end of the run. */
  readonly grace: number;
  /** Stores the run, in one commit with other changes. */
  keep(run: Run, more?: readonly Change[]): Promise<void>;
  /** Milliseconds between two attempts to store its end. */
  readonly retryDelay: number;
  /** Aborts when the emulator is closed: its end is tried to be stored once more then, and no longer. */
  readonly closing: AbortSignal;
  clearScratch(): Promise<void>;
}

/** A request to end a run. */
interface Ending {
  readonly status: 'TIMED-OUT' | 'ABORTED';
  readonly message: string;
}

const passing = { 'TIMED-OUT': 'TIMING-OUT', ABORTED: 'ABORTING' } as const;

/** Runs a run that is READY to its end, through the statuses in their order. */
export function liveRun(ready: Run, options: LiveRunOptions): LiveRun {
  const { log, now, problem } = options;
  const stop = new AbortController();
  const kill = new AbortController();
  const inTurn = oneAtATime();
  let run = ready;
  let began: Date | undefined;
  let ending: Ending | undefined;
  let finishing = false;
  let forgetKill = (): void => {};
  let isTold = false;
  /** Milliseconds before the present life of a run that was resurrected. */
  const lived = ready.stats.durationMillis;

  const keep = (): Promise<void> => inTurn(() => options.keep(run)).catch(problem);
  const become = (status: RunStatus, changes: Partial<Run> = {}): void => {
    if (!(statusesAfter[run.status] as readonly RunStatus[]).includes(status)) {
      throw new Error(`The run ${run.id} is ${run.status}, and cannot become ${status}`);
    }
    run = { ...run, ...changes, status };
  };
  const end = (wanted: Ending, grace: number, gracefully = false): void => {
    if (finishing) return;
    if (ending === undefined) {
      ending = wanted;
      become(passing[wanted.status]);
      void keep();
      if (gracefully) {
        isTold = options.events.send('aborting');
        options.events.send('persistState', { isMigrating: false });
      }
      stop.abort(new Error(wanted.message));
    }
    forgetKill();
    forgetKill = after(grace, () => kill.abort(new Error(wanted.message)));
  };
  const measured = (stats: Partial<RunStats>): void => {
    run = { ...run, stats: { ...run.stats, ...stats } };
    if (stats.memCurrentBytes !== undefined) {
      const createdAt = now().toISOString();
      const isCpuOverloaded = (stats.cpuCurrentUsage ?? 0) >= 95 * availableParallelism();
      options.events.send('systemInfo', { ...stats, createdAt, isCpuOverloaded });
    }
  };
  const setMessage: LiveRun['update'] = (changes) =>
    inTurn(async () => {
      await options.keep({ ...run, ...changes });
      run = { ...run, ...changes };
    });

  const record: LiveRun['record'] = (change, more) =>
    inTurn(async () => {
      if (isFinal(run.status)) throw new RunNotRunningError(run);
      await options.keep(change(run), more);
      run = change(run);
    });
  const legs = runLegs(options, {
    run: () => run,
    record,
    isEnding: () => ending !== undefined,
    call: {
      measured,
      setStatusMessage: (statusMessage) => setMessage({ statusMessage }),
      isTold: () => isTold,
      stop: stop.signal,
      kill: kill.signal,
    },
  });

  const work = async (): Promise<Outcome> => {
    if (ending !== undefined) return { status: 'ABORTED' };
    const { timeoutSecs } = run.options;
    began = now();
    become('RUNNING');
    void keep();
    const timeoutAt = timeoutSecs === 0 ? undefined : new Date(began.getTime() + 1000 * timeoutSecs);
    const timedOut: Ending = { status: 'TIMED-OUT', message: `Timed out after ${timeoutSecs} s` };
    const forgetTimeout = after(timeoutSecs === 0 ? Number.POSITIVE_INFINITY : 1000 * timeoutSecs, () =>
      end(timedOut, options.grace),
    );
    const forgetPersist = options.events.persistRegularly();
    try {
      return await legs.execute(timeoutAt);
    } finally {
      forgetPersist();
      forgetTimeout();
    }
  };

  /** Stores the end, unless it is stored. `undefined`: the work is not over. */
  let storeEnd: (() => Promise<void>) | undefined;
  const finish = async ({ status, exitCode, message, details }: Outcome): Promise<void> => {
    finishing = true;
    forgetKill();
    const final: FinalStatus = ending?.status ?? status;
    if (ending === undefined && (final === 'TIMED-OUT' || final === 'ABORTED')) become(passing[final]);
    const said = ending?.message ?? message;
    const lastWords = ending === undefined ? (details ?? said) : said;
    if (lastWords !== undefined && final !== 'SUCCEEDED') log.write(lastWords);
    const tidied = log
      .end()
      .catch(problem)
      .then(() => options.clearScratch())
      .catch(problem)
      .then(() => now());
    const changes = async (): Promise<Partial<Run>> => {
      const finishedAt = await tidied;
      const message = said !== undefined && !run.isStatusMessageTerminal && { statusMessage: said };
      return {
        finishedAt,
        ...itemsOf(options.counted(run)),
        stats: statsNow(run, began, finishedAt, lived),
        ...(exitCode !== undefined && { exitCode }),
        ...message,
      };
    };
    const stored = new AbortController();
    storeEnd = () =>
      inTurn(async () => {
        if (isFinal(run.status)) return;
        const last = await changes();
        await options.keep({ ...run, ...last, status: final });
        become(final, last);
        stored.abort();
      });
    if (!(await tryToStore(storeEnd, stored.signal))) become(final, await changes());
  };
  /** Until its end is stored, the run has not ended: it would be ABORTED after a restart. @returns whether it is stored */
  const tryToStore = async (store: () => Promise<void>, stored: AbortSignal): Promise<boolean> => {
    const { closing, retryDelay } = options;
    for (let isFirst = true; ; isFirst = false) {
      const isLast = closing.aborted;
      const error = await store().catch((failed: Error) => failed);
      if (error === undefined) return true;
      if (isFirst || isLast) problem(new Error(`The end of the run ${run.id} is not stored: ${error.message}`, { cause: error }));
      if (isLast) return false;
      await delay(retryDelay, undefined, { signal: AbortSignal.any([closing, stored]) }).catch(() => undefined);
    }
  };

  const live = async (): Promise<void> => {
    // The caller of `start` gets time to hold the run.
    await new Promise(setImmediate);
    const endTurn = await options.turns.take(stop.signal).catch(() => undefined);
    try {
      await finish(endTurn === undefined ? { status: 'ABORTED' } : await work());
    } finally {
      endTurn?.();
    }
  };

  return {
    get run() {
      return isFinal(run.status) ? run : { ...run, stats: statsNow(run, began, now(), lived) };
    },
    update: setMessage,
    record,
    storeEnd: async () => storeEnd?.(),
    settled: () => inTurn(async () => {}),
    abort: (grace, message, gracefully) => end({ status: 'ABORTED', message }, grace, gracefully),
    again: legs.again,
    migrate: legs.migrate,
    ended: live().catch(problem),
  };
}

function itemsOf({ items }: Run): Pick<Run, 'items'> {
  return items === undefined ? {} : { items };
}

function statsNow({ stats, options }: Run, began: Date | undefined, now: Date, lived: number): RunStats {
  const durationMillis = lived + (began === undefined ? 0 : Math.max(0, now.getTime() - began.getTime()));
  const computeUnits = ((options.memoryMbytes / 1024) * durationMillis) / 3_600_000;
  return { ...stats, durationMillis, runTimeSecs: durationMillis / 1000, computeUnits };
}
