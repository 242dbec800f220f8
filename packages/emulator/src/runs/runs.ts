import type { DatasetSchemas } from '../actors/dataset-schema.js';
import type { EgressProxy } from '../egress/proxy.js';
import type { Storage } from '../storage/open-storage.js';
import type { Staged } from '../store/changes.js';
import type { WebPorts } from '../web-servers/ports.js';
import type { Webhook } from '../webhooks/webhook.js';
import type { ActorEvents } from './actor-events.js';
import type { Charging } from './charging.js';
import type { RunLog } from './log/run-log.js';
import type { Naming } from './naming.js';
import type { Pricing } from './pricing.js';
import type { Run, RunMeta, RunOptions } from './run.js';
import type { InputReader } from './run-input.js';
import type { ActorWork } from './work.js';

export interface RunsOptions {
  /** The storage of runs and of their data. */
  readonly storage: Pick<Storage, 'datasets' | 'keyValues' | 'requestQueues' | 'database'>;
  /** Directory of their logs. Default: in memory. */
  readonly directory?: string | undefined;
  /** The datasets of a run of that actor with their schemas. Default: one, without a schema. */
  readonly schemasOf?: ((actorId: string) => Promise<DatasetSchemas>) | undefined;
  /** Notifies webhooks of an event, in the same commit. Default: no notification. */
  readonly tell?: ((type: RunEventType, run: Run, webhooks: readonly Webhook[]) => Staged<void>) | undefined;
  /** Number of runs at the same time. Further runs wait in order, with the status READY. Default 8. */
  readonly maxConcurrentRuns?: number | undefined;
  /** Number of runs that may wait. Default 1,000. */
  readonly maxWaitingRuns?: number | undefined;
  readonly retention?: Retention | undefined;
  /** The emulator's URL without `/v2`, known once it listens. */
  readonly baseUrl: () => string;
  /** The proxy of processes. Default: none. */
  readonly egress?: Pick<EgressProxy, 'open'> | undefined;
  /** The ports of the web servers of processes. Default: they have none. */
  readonly webPorts?: Pick<WebPorts, 'open'> | undefined;
  /** Value of `APIFY_TOKEN` for processes. */
  readonly token?: string | undefined;
  /** How secret values of inputs are read. Default: inputs have none. */
  readonly secrets?: InputReader | undefined;
  /** Milliseconds between the request to end a run and killing it. Default 5,000. */
  readonly grace?: number | undefined;
  /** The same for a run that is aborted gracefully. Default 30,000. */
  readonly longGrace?: number | undefined;
  /** Milliseconds between two attempts to store the end of a run that could not be written. Default 1,000. */
  readonly retryDelay?: number | undefined;
  /** Largest size of a run's log, in bytes. Default 20 MiB, or 2 MiB if runs are in memory. */
  readonly maxLogBytes?: number | undefined;
  readonly now?: (() => Date) | undefined;
  /** Receives what could not be read, stored, removed or ended: an error or a message. */
  readonly problem: (error: unknown) => void;
}

/** Finished runs to keep. Others are removed with their logs and unnamed default storages, oldest first. */
export interface Retention {
  /** Default 1,000. */
  readonly maxRuns?: number | undefined;
  readonly maxAgeSecs?: number | undefined;
}

/** What a run is transformed into. */
export interface WantedMetamorph extends Pick<WantedRun, 'actorId' | 'buildId' | 'buildNumber' | 'naming' | 'work' | 'input'> {}

/** What a run that has ended continues with. */
export interface WantedResurrection extends Pick<WantedRun, 'actorId' | 'buildId' | 'buildNumber' | 'naming' | 'work'> {
  readonly options: RunOptions;
}

export interface WantedRun {
  readonly actorId: string;
  readonly actorTaskId?: string | undefined;
  readonly buildId: string;
  readonly buildNumber: string;
  /** How the run is paid for. Default: it costs nothing. */
  readonly pricing?: Pricing | undefined;
  readonly work: ActorWork;
  readonly naming?: Naming | undefined;
  /** The record `INPUT`. */
  readonly input?: { readonly contentType: string; readonly bytes: Uint8Array } | undefined;
  readonly options: RunOptions;
  readonly meta: RunMeta;
  /** Webhooks that are notified of the start and the end of the run. */
  readonly webhooks?: readonly Webhook[] | undefined;
}

export const runEventTypes = [
  'ACTOR.RUN.CREATED',
  'ACTOR.RUN.SUCCEEDED',
  'ACTOR.RUN.FAILED',
  'ACTOR.RUN.TIMED_OUT',
  'ACTOR.RUN.ABORTED',
] as const;
export type RunEventType = (typeof runEventTypes)[number];

/** The event of each final status. */
export const endEvents: Partial<Record<Run['status'], RunEventType>> = {
  SUCCEEDED: 'ACTOR.RUN.SUCCEEDED',
  FAILED: 'ACTOR.RUN.FAILED',
  'TIMED-OUT': 'ACTOR.RUN.TIMED_OUT',
  ABORTED: 'ACTOR.RUN.ABORTED',
};

export interface RunEvent {
  readonly type: RunEventType;
  readonly run: Run;
}

export interface Runs extends Pick<Charging, 'charge' | 'charges' | 'checkCost'> {
  /** Resolves when the run is stored and queued. @throws RunsClosedError, TooManyRunsError */
  start(wanted: WantedRun): Promise<Run>;
  get(id: string): Run | undefined;
  /** Oldest first. */
  list(): readonly Run[];
  update(
    id: string,
    changes: { readonly statusMessage?: string | undefined; readonly isStatusMessageTerminal?: boolean },
  ): Promise<Run | undefined>;
  /** Resolves when the run was requested to end. A finished run is returned unchanged. */
  abort(id: string, how?: { readonly gracefully?: boolean; readonly message?: string }): Promise<Run | undefined>;
  /** Ends the processes of the run and starts its actor again, with the same storages. @throws RunNotRunningError */
  reboot(id: string): Promise<Run | undefined>;
  /** The same with another actor and another input. @throws RunNotRunningError */
  metamorph(id: string, wanted: WantedMetamorph): Promise<Run | undefined>;
  /** Starts a run again that has ended, with the same storages. @throws RunGoingOnError, RunsClosedError, TooManyRunsError */
  resurrect(id: string, wanted: WantedResurrection): Promise<Run | undefined>;
  /**
   * Announces a migration to the actor, and reboots it after the given milliseconds, unless it has rebooted itself by then.
   * @throws RunNotRunningError
   */
  migrate(id: string, milliseconds: number): Run | undefined;
  /** The events of the active run with this key. */
  events(key: string): ActorEvents | undefined;
  /** The run when it has ended, or its state after the given milliseconds (`Infinity`: no limit) or when the signal aborts. */
  wait(id: string, milliseconds: number, signal?: AbortSignal): Promise<Run | undefined>;
  log(id: string): RunLog | undefined;
  /** The retention does not remove a held run until it is released. Hold a run as soon as `start` has returned it. */
  hold(id: string): () => void;
  /**
   * Removes a finished run with its log and unnamed default storages. No error if it does not exist.
   * @throws RunGoingOnError; UnwritableOutputError, also if its end cannot be stored
   */
  remove(id: string): Promise<void>;
  /** Listeners must not throw. @returns a function that stops listening */
  onEvent(listener: (event: RunEvent) => void): () => void;
  counts(): { readonly ready: number; readonly running: number; readonly finished: number };
  /** Aborts all runs. Resolves when none of their processes is left. */
  close(): Promise<void>;
}
