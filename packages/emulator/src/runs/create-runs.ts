import { oneAtATime } from '../one-at-a-time.js';
import { newId } from '../storage/identifiers.js';
import { type LiveRun, liveRun } from './live-run.js';
import { type OpenRunLog, openRunLog } from './log/run-log.js';
import { recoverRun } from './recover.js';
import { retained } from './retention.js';
import { isFinal, type Run } from './run.js';
import { fileRecords, memoryRecords } from './run-records.js';
import { openStorages } from './run-storages.js';
import { type RunEvent, type RunEventType, RunGoingOnError, type Runs, RunsClosedError, type RunsOptions } from './runs.js';
import { after } from './timer.js';
import { turns } from './turns.js';

/** A run and what is open of it. */
interface Known {
  /** As of now. */
  readonly run: Run;
  readonly log: OpenRunLog;
  readonly live?: LiveRun;
  readonly update: LiveRun['update'];
  readonly settled: LiveRun['settled'];
}

/**
 * Opens the runs of a directory, or none. What an emulator that is gone left running is killed, and its runs are found ABORTED.
 * @throws UnreadableSourceError
 */
export async function createRuns(options: RunsOptions): Promise<Runs> {
  const { directory, grace = 5000, longGrace = 30_000, token = 'emulator' } = options;
  const { now = () => new Date(), problem = tellStandardError, maxConcurrentRuns = 8, fsync = true } = options;
  const { maxLogBytes = (directory === undefined ? 2 : 20) * 2 ** 20 } = options;
  const records = directory === undefined ? memoryRecords() : await fileRecords(directory, fsync);
  const storages = openStorages(options);
  const known = new Map<string, Known>();
  const listeners = new Set<(event: RunEvent) => void>();
  const starting = new Set<Promise<Run>>();
  const queue = turns(maxConcurrentRuns);
  let closed = false;

  const openLog = (id: string, size = 0): OpenRunLog =>
    openRunLog({ path: records.logPath(id), size, now, limit: maxLogBytes, problem });
  const addEnded = (run: Run, log: OpenRunLog): void => {
    let last = run;
    const inTurn = oneAtATime();
    known.set(run.id, {
      log,
      get run() {
        return last;
      },
      async update(changes) {
        last = { ...last, ...changes };
        await inTurn(() => records.keep(last)).catch(problem);
      },
      settled: () => inTurn(async () => {}),
    });
  };
  for (const { run, logSize } of records.kept) {
    const log = openLog(run.id, logSize);
    addEnded(isFinal(run.status) ? run : await recoverRun(run, { records, storages, log, now, problem }), log);
    await log.end();
  }

  const tell = (type: RunEventType, run: Run): void => {
    for (const listener of listeners) listener({ type, run });
  };
  const { trim, ...retention } = retained({
    ...options.retention,
    now,
    problem,
    list: () => [...known.values()].map(({ run }) => run),
    async remove(id) {
      const found = known.get(id);
      if (found === undefined) return;
      known.delete(id);
      await found.settled();
      await storages.remove(found.run);
      await records.remove(id);
    },
  });
  await trim();

  const start: Runs['start'] = async ({ work, input, ...wanted }) => {
    const ready: Run = {
      ...wanted,
      id: newId(),
      status: 'READY',
      startedAt: now(),
      stats: {
        ...(input && { inputBodyLen: input.bytes.length }),
        restartCount: 0,
        runTimeSecs: 0,
        durationMillis: 0,
        computeUnits: 0,
      },
      defaultDatasetId: newId(),
      defaultKeyValueStoreId: newId(),
      defaultRequestQueueId: newId(),
    };
    const { id } = ready;
    try {
      await records.keep(ready);
      const made = await storages.make(ready, input);
      const log = openLog(id);
      const kept = { keep: records.keep, scratch: () => records.scratch(id), clearScratch: () => records.clearScratch(id) };
      const live = liveRun(ready, {
        ...made,
        ...kept,
        work,
        log,
        turns: queue,
        baseUrl: options.baseUrl,
        token,
        now,
        grace,
        problem,
      });
      known.set(id, {
        live,
        log,
        update: live.update,
        settled: live.settled,
        get run() {
          return live.run;
        },
      });
      live.ended
        .then(() => {
          tell(endEvents[live.run.status] ?? 'ACTOR.RUN.FAILED', live.run);
          return trim();
        })
        .catch(problem);
      tell('ACTOR.RUN.CREATED', live.run);
      return live.run;
    } catch (error) {
      await storages.remove(ready).catch(problem);
      await records.remove(id).catch(problem);
      throw error;
    }
  };

  return {
    async start(wanted) {
      if (closed) throw new RunsClosedError();
      const started = start(wanted);
      starting.add(started);
      return started.finally(() => starting.delete(started));
    },
    get: (id) => known.get(id)?.run,
    list: () => [...known.values()].map(({ run }) => run),
    async update(id, changes) {
      await known.get(id)?.update(changes);
      return known.get(id)?.run;
    },
    async abort(id, { gracefully = false } = {}) {
      known.get(id)?.live?.abort(gracefully ? longGrace : grace, 'The run was aborted');
      return known.get(id)?.run;
    },
    async wait(id, milliseconds, signal) {
      const found = known.get(id);
      if (found?.live !== undefined && !isFinal(found.run.status)) await either(found.live.ended, milliseconds, signal);
      return found?.run;
    },
    log: (id) => known.get(id)?.log,
    hold: retention.hold,
    async remove(id) {
      const run = known.get(id)?.run;
      if (run !== undefined && !isFinal(run.status)) throw new RunGoingOnError(run);
      await retention.remove(id);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counts() {
      const statuses = [...known.values()].map(({ run }) => run.status);
      const finished = statuses.filter(isFinal).length;
      const ready = statuses.filter((status) => status === 'READY').length;
      return { ready, running: statuses.length - finished - ready, finished };
    },
    async close() {
      closed = true;
      await Promise.allSettled(starting);
      const live = [...known.values()].flatMap((one) => one.live ?? []);
      for (const one of live) one.abort(grace, 'The emulator was closed');
      await Promise.all(live.map(({ ended }) => ended));
      await retention.close();
    },
  };
}

const endEvents: Partial<Record<Run['status'], RunEventType>> = {
  SUCCEEDED: 'ACTOR.RUN.SUCCEEDED',
  FAILED: 'ACTOR.RUN.FAILED',
  'TIMED-OUT': 'ACTOR.RUN.TIMED_OUT',
  ABORTED: 'ACTOR.RUN.ABORTED',
};

/** Resolves when the work has ended, the time is over or the signal aborts. */
function either(work: Promise<void>, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      forget();
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const forget = after(milliseconds, leave);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    void work.then(leave);
  });
}

function tellStandardError(error: unknown): void {
  process.stderr.write(`dataset-items: runs: ${error instanceof Error ? error.message : String(error)}\n`);
}
