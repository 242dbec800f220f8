import type { StoredKeyValues } from '../../key-value/store.js';
import type { StoredDataset } from '../../storage/store.js';
import type { OpenRunLog } from '../log/run-log.js';
import type { Run, RunStats } from '../run.js';

/** Does the work of one kind. Resolves when the work has ended and nothing of it is left; what it throws makes the run FAILED. */
export type Execute<Work> = (work: Work, call: ExecutorCall) => Promise<Outcome>;

/** What a run has for its work. */
export interface ExecutorCall {
  /** As it was when it began to run. */
  readonly run: Run;
  /** `undefined`: it has all the time. */
  readonly timeoutAt: Date | undefined;
  readonly dataset: StoredDataset;
  readonly keyValues: StoredKeyValues;
  readonly log: OpenRunLog;
  /** Aborts when the work is asked to end. */
  readonly stop: AbortSignal;
  /** Aborts, after `stop`, when it must have ended. */
  readonly kill: AbortSignal;
  /** The emulator's URL without `/v2`. @throws Error where it does not listen */
  baseUrl(): string;
  readonly token: string;
  /** An empty directory of the run's own, there until the run has ended. */
  scratch(): Promise<string>;
  measured(stats: Partial<RunStats>): void;
  setStatusMessage(message: string): Promise<void>;
}

/** How the work ended, if nobody asked it to. */
export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';
  readonly exitCode?: number | undefined;
  readonly message?: string | undefined;
  /** For the log, where the message does not say all. */
  readonly details?: string | undefined;
}
