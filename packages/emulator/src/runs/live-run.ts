import { oneAtATime } from '../one-at-a-time.js';
import type { ExecutorCall, Outcome } from './executors/executor.js';
import { execute } from './executors/index.js';
import type { OpenRunLog } from './log/run-log.js';
import { type FinalStatus, isFinal, type Run, type RunStats, type RunStatus, statusesAfter } from './run.js';
import { after } from './timer.js';
import { told } from './told.js';
import type { Turns } from './turns.js';
import type { ActorWork } from './work.js';

/** A run that has not ended. */
export interface LiveRun {
  /** As of now. */
  readonly run: Run;
  update(changes: Pick<Partial<Run>, 'statusMessage' | 'isStatusMessageTerminal'>): Promise<void>;
  /** Resolves when what was to be kept is. */
  settled(): Promise<void>;
  /** Asks it to end, and ends it after so many milliseconds; may be asked again with less. */
  abort(grace: number, message: string): void;
  /** Resolves when it has ended and nothing of it is left but what is kept. Never rejects. */
  readonly ended: Promise<void>;
}

export interface LiveRunOptions extends Pick<ExecutorCall, 'dataset' | 'keyValues' | 'token' | 'scratch'> {
  readonly work: ActorWork;
  readonly log: OpenRunLog;
  readonly turns: Turns;
  readonly baseUrl: () => string;
  readonly now: () => Date;
  /** Milliseconds between a timeout and the end of it. */
  readonly grace: number;
  keep(run: Run): Promise<void>;
  clearScratch(): Promise<void>;
  readonly problem: (error: unknown) => void;
}

/** How a run is ended from outside. */
interface Ending {
  readonly status: 'TIMED-OUT' | 'ABORTED';
  readonly message: string;
}

const passing = { 'TIMED-OUT': 'TIMING-OUT', ABORTED: 'ABORTING' } as const;

/** Leads a run that is READY to its end, through the statuses in their order. */
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

  const keep = (): Promise<void> => inTurn(() => options.keep(run)).catch(problem);
  const become = (status: RunStatus, changes: Partial<Run> = {}): void => {
    if (!(statusesAfter[run.status] as readonly RunStatus[]).includes(status)) {
      throw new Error(`The run ${run.id} is ${run.status}, and cannot become ${status}`);
    }
    run = { ...run, ...changes, status };
  };
  const end = (wanted: Ending, grace: number): void => {
    if (finishing) return;
    if (ending === undefined) {
      ending = wanted;
      become(passing[wanted.status]);
      void keep();
      stop.abort(new Error(wanted.message));
    }
    forgetKill();
    forgetKill = after(grace, () => kill.abort(new Error(wanted.message)));
  };
  const measured = (stats: Partial<RunStats>): void => {
    run = { ...run, stats: { ...run.stats, ...stats } };
  };
  const setMessage: LiveRun['update'] = async (changes) => {
    run = { ...run, ...changes };
    await keep();
  };

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
    try {
      const { dataset, keyValues, token, scratch } = options;
      const setStatusMessage = (statusMessage: string): Promise<void> => setMessage({ statusMessage });
      const ends = { stop: stop.signal, kill: kill.signal };
      const base = { baseUrl: options.baseUrl, token };
      return await execute(options.work, {
        run,
        timeoutAt,
        dataset,
        keyValues,
        log,
        scratch,
        measured,
        setStatusMessage,
        ...ends,
        ...base,
      });
    } catch (error) {
      return { status: 'FAILED', message: error instanceof Error ? error.message : String(error), details: told(error) };
    } finally {
      forgetTimeout();
    }
  };

  const finish = async ({ status, exitCode, message, details }: Outcome): Promise<void> => {
    finishing = true;
    forgetKill();
    const final: FinalStatus = ending?.status ?? status;
    if (ending === undefined && (final === 'TIMED-OUT' || final === 'ABORTED')) become(passing[final]);
    const said = ending?.message ?? message;
    const lastWords = ending === undefined ? (details ?? said) : said;
    if (lastWords !== undefined && final !== 'SUCCEEDED') log.write(lastWords);
    await log.end().catch(problem);
    await options.clearScratch().catch(problem);
    const finished = {
      finishedAt: now(),
      stats: statsNow(run, began, now()),
      ...(exitCode !== undefined && { exitCode }),
      ...(said !== undefined && !run.isStatusMessageTerminal && { statusMessage: said }),
    };
    await inTurn(() => options.keep({ ...run, ...finished, status: final })).catch(problem);
    become(final, finished);
  };

  const live = async (): Promise<void> => {
    // Whoever started it has time to say that it holds it.
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
      return isFinal(run.status) ? run : { ...run, stats: statsNow(run, began, now()) };
    },
    update: setMessage,
    settled: () => inTurn(async () => {}),
    abort: (grace, message) => end({ status: 'ABORTED', message }, grace),
    ended: live().catch(problem),
  };
}

function statsNow({ stats, options }: Run, began: Date | undefined, now: Date): RunStats {
  const durationMillis = began === undefined ? 0 : Math.max(0, now.getTime() - began.getTime());
  const computeUnits = ((options.memoryMbytes / 1024) * durationMillis) / 3_600_000;
  return { ...stats, durationMillis, runTimeSecs: durationMillis / 1000, computeUnits };
}
