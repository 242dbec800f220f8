import type { StoredDataset } from '../storage/store.js';
import type { ActorEvents } from './actor-events.js';
import { errorText } from './error-text.js';
import type { ExecutorCall, Outcome } from './executors/executor.js';
import { execute } from './executors/index.js';
import type { OpenRunLog } from './log/run-log.js';
import type { Naming } from './naming.js';
import type { Run } from './run.js';
import { RunNotRunningError } from './run-errors.js';
import { after } from './timer.js';
import type { ActorWork } from './work.js';

/** How a run continues. */
export interface Next {
  /** Line of the log. */
  readonly line: string;
  /** Default: the same work. */
  readonly leg?: Leg;
  /** Stores what it needs. Called before anything ends. */
  prepare?(): Promise<void>;
  /** The run with a record of it. */
  record(run: Run): Run;
}

/** What a run executes at one time. */
export interface Leg {
  readonly work: ActorWork;
  readonly naming?: Naming | undefined;
  /** The actor, the build and the key of the input of the process. */
  readonly actorId: string;
  readonly buildId: string;
  readonly buildNumber: string;
  readonly inputKey: string;
}

export interface LegsOptions
  extends Pick<ExecutorCall, 'dataset' | 'aliased' | 'keyValues' | 'token' | 'secrets' | 'egress' | 'webPorts' | 'scratch'> {
  /** The first leg. */
  readonly leg: Leg;
  readonly log: OpenRunLog;
  readonly events: ActorEvents;
  readonly baseUrl: () => string;
  /** Ends the run if it has cost more than its limit. */
  readonly checkCost: (id: string) => void;
  readonly problem: (error: unknown) => void;
}

/** The part of a live run that legs use. */
export interface LegsOf {
  run(): Run;
  /** Stores a change of the run. */
  record(change: (run: Run) => Run): Promise<void>;
  isEnding(): boolean;
  readonly call: Pick<ExecutorCall, 'measured' | 'setStatusMessage' | 'isTold' | 'stop' | 'kill'>;
}

export interface Legs {
  /** Executes one leg after the other. Resolves with the outcome of the last one. */
  execute(timeoutAt: Date | undefined): Promise<Outcome>;
  /** Ends what the run executes, and executes it or other work again. @throws RunNotRunningError */
  again(next: Next): Promise<void>;
  /** Announces a migration to the process, which is executed again after these milliseconds, unless it was rebooted before. */
  migrate(milliseconds: number): void;
}

/** What a run executes: its actor's work, again after a reboot or a migration, and other work after a metamorph. */
export function runLegs(options: LegsOptions, { run, record, isEnding, call }: LegsOf): Legs {
  const { log, events, problem } = options;
  let leg = options.leg;
  /** Aborts when the leg must end because another one follows. */
  let switched = new AbortController();
  /** Resolves when the next leg is prepared: its work is executed when the present one has ended. */
  let switching: Promise<boolean> | undefined;
  let executing = false;
  let forgetMigration = (): void => {};

  const executeLeg = async (timeoutAt: Date | undefined): Promise<Outcome> => {
    const { aliased, keyValues, token, secrets, scratch, baseUrl, egress, webPorts } = options;
    const { work, inputKey, naming, ...ids } = leg;
    const dataset = withPushes(options.dataset, () => options.checkCost(run().id));
    try {
      return await execute(work, {
        ...call,
        run: { ...run(), ...ids },
        ...{
          timeoutAt,
          inputKey,
          naming,
          dataset,
          aliased,
          keyValues,
          log,
          scratch,
          events,
          baseUrl,
          token,
          secrets,
          egress,
          webPorts,
        },
        stop: AbortSignal.any([call.stop, switched.signal]),
        kill: AbortSignal.any([call.kill, switched.signal]),
      });
    } catch (error) {
      return { status: 'FAILED', message: error instanceof Error ? error.message : String(error), details: errorText(error) };
    }
  };
  const announce = (): void => log.write(`ACTOR: Starting build ${leg.buildNumber}.`);
  // At once, so that the log of a run that waits for its turn is not empty.
  announce();
  const again: Legs['again'] = async (next) => {
    if (!executing || isEnding() || switching !== undefined) throw new RunNotRunningError(run());
    const prepare = async (): Promise<void> => {
      await next.prepare?.();
      await record(next.record);
      forgetMigration();
      leg = next.leg ?? leg;
      log.write(next.line);
      switched.abort(new Error(next.line));
    };
    const prepared = prepare().catch((error: unknown) => {
      switching = undefined;
      throw error;
    });
    switching = prepared.then(
      () => true,
      () => false,
    );
    await prepared;
  };
  return {
    again,
    async execute(timeoutAt) {
      for (;;) {
        switched = new AbortController();
        executing = true;
        const outcome = await executeLeg(timeoutAt);
        executing = false;
        const isSwitched = await switching;
        switching = undefined;
        if (!isSwitched || isEnding()) {
          forgetMigration();
          return outcome;
        }
        announce();
      }
    },
    migrate(milliseconds) {
      if (!executing || isEnding()) throw new RunNotRunningError(run());
      events.send('migrating', { timeRemainingSecs: milliseconds / 1000 });
      forgetMigration();
      forgetMigration = after(milliseconds, () => {
        again({ line: 'ACTOR: The run migrated.', record: (one) => counted(one, 'migrationCount') }).catch((error: unknown) => {
          // It ended, or was rebooted, in the meantime.
          if (!(error instanceof RunNotRunningError)) problem(error);
        });
      });
    },
  };
}

/** The dataset, with a function that is called after each push. */
function withPushes(dataset: StoredDataset, pushed: () => void): StoredDataset {
  const push: StoredDataset['push'] = async (items) => {
    await dataset.push(items);
    pushed();
  };
  return Object.create(dataset, { push: { value: push } });
}

/** The run with one more in a count of its statistics. */
export function counted(run: Run, name: 'rebootCount' | 'migrationCount' | 'resurrectCount'): Run {
  return { ...run, stats: { ...run.stats, [name]: (run.stats[name] ?? 0) + 1 } };
}
