import { newId } from '../storage/identifiers.js';
import { type Change, together } from '../store/changes.js';
import { commitStaged } from '../store/staged.js';
import type { Webhook } from '../webhooks/webhook.js';
import { type ActorEvents, actorEvents } from './actor-events.js';
import { openCharging } from './charging.js';
import { continuations } from './continuations.js';
import { either } from './either.js';
import { endedRun } from './ended-run.js';
import { counted, type Leg } from './legs.js';
import { type LiveRun, liveRun } from './live-run.js';
import { type OpenRunLog, openRunLog } from './log/run-log.js';
import { countsAtStart } from './pricing.js';
import { recoverRun } from './recover.js';
import { retained } from './retention.js';
import { countsOf, isFinal, type Run } from './run.js';
import { RunGoingOnError } from './run-errors.js';
import { plainInputs } from './run-input.js';
import { openRecords } from './run-records.js';
import { type MadeStorages, openStorages } from './run-storages.js';
import { endEvents, type RunEvent, type RunEventType, type Runs, type RunsOptions, type WantedResurrection } from './runs.js';
import { startLimit } from './start-limit.js';
import { turns } from './turns.js';

/** A run and its open resources. */
interface Known {
  /** The current state. */
  readonly run: Run;
  readonly log: OpenRunLog;
  readonly live?: LiveRun;
  readonly update: LiveRun['update'];
  readonly settled: LiveRun['settled'];
}

/**
 * Opens the runs of a directory, or starts without any. Processes that a crashed emulator left are killed, and their runs become ABORTED.
 * @throws UnreadableSourceError
 */
export async function createRuns(options: RunsOptions): Promise<Runs> {
  const { directory, grace = 5000, longGrace = 30_000, token = 'emulator' } = options;
  const { now = () => new Date(), problem, tell: telling = () => together([]) } = options;
  const { maxConcurrentRuns = 8, maxWaitingRuns = 1000 } = options;
  const { retryDelay = 1000, secrets = plainInputs } = options;
  const { database } = options.storage;
  const { maxLogBytes = (directory === undefined ? 2 : 20) * 2 ** 20 } = options;
  const records = await openRecords(database, directory, problem);
  const storages = openStorages(options);
  const known = new Map<string, Known>();
  const listeners = new Set<(event: RunEvent) => void>();
  const resurrecting = new Set<string>();
  const queue = turns(maxConcurrentRuns);
  const closing = new AbortController();
  const limit = startLimit({ maxConcurrentRuns, maxWaitingRuns, closing: closing.signal });

  const openLog = (id: string, size = 0): OpenRunLog =>
    openRunLog({ path: records.logPath(id), size, now, limit: maxLogBytes, problem });
  const attached = new Map<string, readonly Webhook[]>();
  const charging = await openCharging({
    ...{ database, datasets: options.storage.datasets, now },
    find: (id) => known.get(id),
    end: (live, message) => live.abort(longGrace, message, true),
  });
  /** Stores the end of a run in one commit with its webhook notifications. */
  const keep = async (given: Run, more: readonly Change[] = []): Promise<void> => {
    const webhooks = attached.get(given.id);
    const type = endEvents[given.status];
    // Its end is told once: afterwards only its status message changes.
    if (type === undefined || webhooks === undefined) {
      return database.commit([records.keep(given, webhooks ?? []), ...more]);
    }
    const run = charging.counted({ ...given, status: 'RUNNING' });
    const ended = { ...run, status: given.status };
    await commitStaged(database, telling(type, ended, webhooks), [records.keep(ended, []), ...more]);
    attached.delete(given.id);
  };
  const addEnded = (run: Run, log: OpenRunLog): void => {
    known.set(
      run.id,
      endedRun(run, log, (next) => database.commit([records.keep(next, [])])),
    );
  };
  for (const { run, webhooks, logSize } of records.kept) {
    const log = openLog(run.id, logSize);
    if (!isFinal(run.status)) attached.set(run.id, webhooks);
    addEnded(isFinal(run.status) ? run : await recoverRun(run, { records, storages, log, now, problem, secrets, keep }), log);
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
      // It may have been resurrected.
      if (found === undefined || !isFinal(found.run.status)) return;
      await found.settled();
      await storages.remove(found.run, [records.forget(id), ...charging.forget(id)]);
      known.delete(id);
      await records.clear(id).catch(problem);
    },
  });
  await trim();

  const channels = new Map<string, ActorEvents>();
  /** Runs a run that is READY to its end. */
  const begin = (ready: Run, leg: Leg, log: OpenRunLog, made: MadeStorages): Run => {
    const { id } = ready;
    const { checkCost, counted: countItems } = charging;
    const events = actorEvents(now);
    channels.set(events.key, events);
    const scratch = { scratch: () => records.scratch(id), clearScratch: () => records.clearScratch(id) };
    const ending = { grace, retryDelay, closing: closing.signal };
    const rest = {
      turns: queue,
      baseUrl: options.baseUrl,
      egress: options.egress,
      webPorts: options.webPorts,
      token,
      secrets,
      now,
      problem,
    };
    const live = liveRun(ready, {
      ...made,
      ...scratch,
      ...ending,
      ...rest,
      keep,
      leg,
      events,
      log,
      checkCost,
      counted: countItems,
    });
    known.set(id, {
      live,
      log,
      update: live.update,
      settled: live.settled,
      get run() {
        return charging.counted(live.run);
      },
    });
    live.ended
      .then(() => {
        limit.ended();
        channels.delete(events.key);
        tell(endEvents[live.run.status] ?? 'ACTOR.RUN.FAILED', live.run);
        return trim();
      })
      .catch(problem);
    return live.run;
  };
  const start: Runs['start'] = async ({ work, input, webhooks = [], naming, ...wanted }) => {
    const schemas = await storages.schemas(wanted.actorId);
    const aliases = Object.keys(schemas).filter((alias) => alias !== 'default');
    const charged = countsAtStart(wanted.pricing, wanted.options.memoryMbytes);
    const noTime = { restartCount: 0, runTimeSecs: 0, durationMillis: 0, computeUnits: 0 };
    const ready: Run = {
      ...wanted,
      id: newId(),
      status: 'READY',
      startedAt: now(),
      ...(charged && { charged }),
      ...(aliases.length > 0 && { datasets: Object.fromEntries(aliases.map((alias) => [alias, newId()])) }),
      stats: { ...(input && { inputBodyLen: input.bytes.length }), ...noTime },
      defaultDatasetId: newId(),
      defaultKeyValueStoreId: newId(),
      defaultRequestQueueId: newId(),
    };
    const created = telling('ACTOR.RUN.CREATED', ready, webhooks);
    const made = await storages.make(ready, schemas, input, () => records.keep(ready, webhooks), created);
    attached.set(ready.id, webhooks);
    const { actorId, buildId, buildNumber } = ready;
    const run = begin(ready, { work, naming, actorId, buildId, buildNumber, inputKey: 'INPUT' }, openLog(ready.id), made);
    tell('ACTOR.RUN.CREATED', run);
    return run;
  };
  const resurrect = async (found: Known, { work, options: runOptions, ...ids }: WantedResurrection): Promise<Run> => {
    const { id } = found.run;
    await found.settled();
    if (!isFinal(found.run.status) || resurrecting.has(id)) throw new RunGoingOnError(found.run);
    resurrecting.add(id);
    try {
      const { finishedAt: _, exitCode: __, statusMessage: ___, isStatusMessageTerminal: ____, ...rest } = found.run;
      const inputKey = rest.metamorphs?.at(-1)?.inputKey ?? 'INPUT';
      const ready: Run = counted({ ...rest, status: 'READY', options: runOptions }, 'resurrectCount');
      const made = await storages.find(ready);
      await database.commit([records.keep(ready, [])]);
      attached.set(id, []);
      await found.log.resume();
      found.log.write('ACTOR: The run was resurrected.');
      return begin(ready, { work, ...ids, inputKey }, found.log, made);
    } finally {
      resurrecting.delete(id);
    }
  };
  return {
    start: (wanted) => limit.starting(() => start(wanted)),
    charge: charging.charge,
    charges: charging.charges,
    checkCost: charging.checkCost,
    ...continuations((id) => known.get(id), options.storage.keyValues, now),
    async resurrect(id, wanted) {
      const found = known.get(id);
      if (found === undefined) return undefined;
      const release = retention.hold(id);
      return limit.starting(() => resurrect(found, wanted)).finally(release);
    },
    events: (key) => channels.get(key),
    get: (id) => known.get(id)?.run,
    list: () => [...known.values()].map(({ run }) => run),
    async update(id, changes) {
      await known.get(id)?.update(changes);
      return known.get(id)?.run;
    },
    async abort(id, { gracefully = false, message = 'The run was aborted' } = {}) {
      known.get(id)?.live?.abort(gracefully ? longGrace : grace, message, gracefully);
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
      const found = known.get(id);
      await found?.live?.storeEnd();
      if (found !== undefined && !isFinal(found.run.status)) throw new RunGoingOnError(found.run);
      await retention.remove(id);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counts: () => countsOf([...known.values()].map(({ run }) => run)),
    async close() {
      closing.abort();
      await limit.settled();
      const live = [...known.values()].flatMap((one) => one.live ?? []);
      for (const one of live) one.abort(grace, 'The emulator was closed');
      await Promise.all(live.map(({ ended }) => ended));
      await retention.close();
    },
  };
}
