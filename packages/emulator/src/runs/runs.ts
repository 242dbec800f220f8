import type { KeyValueStore } from '../key-value/store.js';
import type { DatasetStore } from '../storage/store.js';
import type { RunLog } from './log/run-log.js';
import type { Run, RunMeta, RunOptions } from './run.js';
import type { ActorWork } from './work.js';

export interface RunsOptions {
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  /** Where the run's own request queue is made and removed. Default: it has an id and nothing else. */
  readonly requestQueues?: RunQueues | undefined;
  /** Runs and their logs, kept. Default: in memory. */
  readonly directory?: string | undefined;
  /** Default 8; what is asked for beyond it waits, READY, in the order it came. */
  readonly maxConcurrentRuns?: number | undefined;
  readonly retention?: Retention | undefined;
  /** The emulator's URL without `/v2`, known when it listens. */
  readonly baseUrl: () => string;
  /** What processes are given as `APIFY_TOKEN`. */
  readonly token?: string | undefined;
  /** Milliseconds between asking a run to end and killing it. Default 5,000. */
  readonly grace?: number | undefined;
  /** The same for a run that is aborted gracefully. Default 30,000. */
  readonly longGrace?: number | undefined;
  /** Bytes of a run's log. Default 20 MiB, and 2 MiB where runs are in memory. */
  readonly maxLogBytes?: number | undefined;
  /** Whether records outlive a loss of power, not only of the process. Default true. */
  readonly fsync?: boolean | undefined;
  readonly now?: (() => Date) | undefined;
  /** Told of what could not be kept, removed or ended. Default: a line on standard error. */
  readonly problem?: ((error: unknown) => void) | undefined;
}

/** Which finished runs are kept; others are removed with their logs and unnamed default storages, the oldest first. */
export interface Retention {
  /** Default 1,000. */
  readonly maxRuns?: number | undefined;
  readonly maxAgeSecs?: number | undefined;
}

export interface RunQueues {
  create(wanted: { readonly id: string; readonly actorId: string; readonly runId: string }): Promise<unknown>;
  remove(id: string): Promise<void>;
}

export interface WantedRun {
  readonly actorId: string;
  readonly actorTaskId?: string | undefined;
  readonly buildId: string;
  readonly buildNumber: string;
  readonly work: ActorWork;
  /** The record `INPUT`. */
  readonly input?: { readonly contentType: string; readonly bytes: Uint8Array } | undefined;
  readonly options: RunOptions;
  readonly meta: RunMeta;
}

export const runEventTypes = [
  'ACTOR.RUN.CREATED',
  'ACTOR.RUN.SUCCEEDED',
  'ACTOR.RUN.FAILED',
  'ACTOR.RUN.TIMED_OUT',
  'ACTOR.RUN.ABORTED',
] as const;
export type RunEventType = (typeof runEventTypes)[number];

export interface RunEvent {
  readonly type: RunEventType;
  readonly run: Run;
}

export interface Runs {
  /** Resolves when the run is stored and waits for its turn. @throws RunsClosedError */
  start(wanted: WantedRun): Promise<Run>;
  get(id: string): Run | undefined;
  /** The oldest first. */
  list(): readonly Run[];
  update(
    id: string,
    changes: { readonly statusMessage?: string | undefined; readonly isStatusMessageTerminal?: boolean },
  ): Promise<Run | undefined>;
  /** Resolves when it is asked to end; a run that has ended is given as it is. */
  abort(id: string, how?: { readonly gracefully?: boolean }): Promise<Run | undefined>;
  /** The run when it has ended, or as it is after so many milliseconds (`Infinity`: however long it takes) or when the signal aborts. */
  wait(id: string, milliseconds: number, signal?: AbortSignal): Promise<Run | undefined>;
  log(id: string): RunLog | undefined;
  /** A run that is held is not removed by the retention until it is released: hold it as soon as `start` has given it. */
  hold(id: string): () => void;
  /** Of a run that has ended, with its log and unnamed default storages; no error where there is none. @throws RunGoingOnError */
  remove(id: string): Promise<void>;
  /** Gives the way to stop listening. Listeners must not throw. */
  onEvent(listener: (event: RunEvent) => void): () => void;
  counts(): { readonly ready: number; readonly running: number; readonly finished: number };
  /** Aborts what runs; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** Only a run that has ended can be removed. */
export class RunGoingOnError extends Error {
  readonly code = 'run-going-on';
  readonly runId: string;

  constructor({ id, status }: Run) {
    super(`The run ${id} is ${status}, expected one that has ended`);
    this.name = 'RunGoingOnError';
    this.runId = id;
  }
}

/** No run starts when the emulator closes. */
export class RunsClosedError extends Error {
  readonly code = 'runs-closed';

  constructor() {
    super('No run is started any longer: the emulator is closing');
    this.name = 'RunsClosedError';
  }
}
