import type { Item } from '@dataset-items/query-pipeline';
import type { KeyValueStore } from '../key-value/store.js';
import type { Run, RunMeta, RunOptions } from './run.js';
import type { ActorWork } from './work.js';

export interface RunsOptions {
  readonly datasets: RunDatasets;
  readonly keyValues: KeyValueStore;
  /** Where the run's own request queue is made and removed. Default: it has an id and nothing else. */
  readonly requestQueues?: RunQueues;
  /** Runs and their logs, kept. Default: in memory. */
  readonly directory?: string;
  /** Default 8; what is asked for beyond it waits, READY, in the order it came. */
  readonly maxConcurrentRuns?: number;
  readonly retention?: Retention;
  /** The emulator's URL without `/v2`, known when it listens. */
  readonly baseUrl: () => string;
  /** What processes are given as `APIFY_TOKEN`. */
  readonly token?: string;
  /** Milliseconds between asking a run to end and killing it. Default 5,000; with `gracefully` 30,000. */
  readonly grace?: number;
  readonly now?: () => Date;
}

/** Which finished runs are kept; others are removed with their logs and unnamed default storages, the oldest first. */
export interface Retention {
  /** Default 1,000. */
  readonly maxRuns?: number;
  readonly maxAgeSecs?: number;
}

/** What runs need of a DatasetStore. */
export interface RunDatasets {
  create(wanted: { readonly id?: string; readonly actorId?: string; readonly runId?: string }): Promise<RunDataset>;
  find(id: string): RunDataset | undefined;
  remove(id: string): Promise<void>;
}

export interface RunDataset {
  readonly facts: { readonly id: string; readonly name?: string; readonly itemCount: number };
  push(items: readonly Item[]): Promise<void>;
}

export interface RunQueues {
  create(wanted: { readonly id: string; readonly actorId: string; readonly runId: string }): Promise<unknown>;
  remove(id: string): Promise<void>;
}

export interface WantedRun {
  readonly actorId: string;
  readonly actorTaskId?: string;
  readonly buildId: string;
  readonly buildNumber: string;
  readonly work: ActorWork;
  /** The record `INPUT`. */
  readonly input?: { readonly contentType: string; readonly bytes: Uint8Array };
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
  /** Resolves when the run is stored and waits for its turn. @throws ClosedError */
  start(wanted: WantedRun): Promise<Run>;
  get(id: string): Run | undefined;
  /** The oldest first. */
  list(): readonly Run[];
  update(
    id: string,
    changes: { readonly statusMessage?: string; readonly isStatusMessageTerminal?: boolean },
  ): Promise<Run | undefined>;
  /** Resolves when it is asked to end; a run that has ended is given as it is. */
  abort(id: string, how?: { readonly gracefully?: boolean }): Promise<Run | undefined>;
  /** The run when it has ended, or as it is after so many milliseconds (`Infinity`: however long it takes) or when the signal aborts. */
  wait(id: string, milliseconds: number, signal?: AbortSignal): Promise<Run | undefined>;
  log(id: string): RunLog | undefined;
  /** A run that is held is not removed by the retention until it is released: hold it before `start`'s answer is used. */
  hold(id: string): () => void;
  /** Of a run that has ended, with its log and default storages. @throws RunningError */
  remove(id: string): Promise<void>;
  /** Gives the way to stop listening. Listeners must not throw. */
  onEvent(listener: (event: RunEvent) => void): () => void;
  counts(): { readonly ready: number; readonly running: number; readonly finished: number };
  /** Aborts what runs; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** Lines with the time each came (ISO 8601) before them. */
export interface RunLog {
  /** What was written so far. */
  read(): AsyncIterable<Uint8Array>;
  /** All that was and will be written, until the run has ended or the signal aborts. */
  follow(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
