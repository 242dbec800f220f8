import type { EgressProxy } from '../../egress/proxy.js';
import type { StoredKeyValues } from '../../key-value/store.js';
import type { StoredDataset } from '../../storage/store.js';
import type { WebPorts } from '../../web-servers/ports.js';
import type { ActorEvents } from '../actor-events.js';
import type { OpenRunLog } from '../log/run-log.js';
import type { Naming } from '../naming.js';
import type { Run, RunStats } from '../run.js';
import type { InputReader } from '../run-input.js';

/** Runs one kind of work. Resolves when the work and everything it started have ended. An error makes the run FAILED. */
export type Execute<Work> = (work: Work, call: ExecutorCall) => Promise<Outcome>;

/** The parts of a run that an executor uses. */
export interface ExecutorCall {
  /** The run as it was when it started. */
  readonly run: Run;
  readonly naming: Naming | undefined;
  /** Key of the record with its input. */
  readonly inputKey: string;
  /** `undefined`: no time limit. */
  readonly timeoutAt: Date | undefined;
  readonly dataset: StoredDataset;
  /** The other datasets of the run, by alias. */
  readonly aliased: Readonly<Record<string, StoredDataset>>;
  readonly keyValues: StoredKeyValues;
  readonly log: OpenRunLog;
  /** Aborts when the work is asked to end; it then has some time left. */
  readonly stop: AbortSignal;
  /** Gives access to the proxy; `undefined`: there is none. */
  readonly egress: Pick<EgressProxy, 'open'> | undefined;
  /** Gives a port for a web server; `undefined`: there is none. */
  readonly webPorts: Pick<WebPorts, 'open'> | undefined;
  /** The process has learned from an event that it must end, so it gets no signal. */
  isTold(): boolean;
  readonly events: ActorEvents;
  /** Aborts after `stop`, when that time is over. */
  readonly kill: AbortSignal;
  /** The emulator's URL without `/v2`. @throws Error if the emulator does not listen */
  baseUrl(): string;
  readonly token: string;
  readonly secrets: InputReader;
  /** An empty directory of the run's own; it is removed when the run has ended. */
  scratch(): Promise<string>;
  measured(stats: Partial<RunStats>): void;
  setStatusMessage(message: string): Promise<void>;
}

/** How the work ended by itself. */
export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';
  readonly exitCode?: number | undefined;
  readonly message?: string | undefined;
  /** Text for the log, if it has more details than the message. */
  readonly details?: string | undefined;
}
