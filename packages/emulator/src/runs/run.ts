import type { Pricing } from './pricing.js';

/** Every status, in the order in which a run can have them. */
export const runStatuses = ['READY', 'RUNNING', 'TIMING-OUT', 'ABORTING', 'SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** The possible next statuses. A final status has none. */
export const statusesAfter = {
  READY: ['RUNNING', 'ABORTING'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'TIMING-OUT', 'ABORTING'],
  'TIMING-OUT': ['TIMED-OUT'],
  ABORTING: ['ABORTED'],
  SUCCEEDED: [],
  FAILED: [],
  'TIMED-OUT': [],
  ABORTED: [],
} as const satisfies Record<RunStatus, readonly RunStatus[]>;

export type FinalStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';

export function isFinal(status: RunStatus): status is FinalStatus {
  return statusesAfter[status].length === 0;
}

export const runOrigins = [
  'DEVELOPMENT',
  'WEB',
  'API',
  'SCHEDULER',
  'TEST',
  'WEBHOOK',
  'ACTOR',
  'CLI',
  'CI',
  'STANDBY',
  'MCP',
] as const;
export type RunOrigin = (typeof runOrigins)[number];

/** The state of a run of an actor at one moment. A change makes a new object. It is stored as JSON with ISO 8601 dates. */
export interface Run {
  /** 17 characters of 0-9A-Za-z. */
  readonly id: string;
  readonly actorId: string;
  readonly actorTaskId?: string | undefined;
  readonly buildId: string;
  /** `0.1.3` */
  readonly buildNumber: string;
  readonly status: RunStatus;
  readonly statusMessage?: string | undefined;
  /** The message of the actor is final, so the emulator does not replace it by its own. */
  readonly isStatusMessageTerminal?: boolean | undefined;
  /** When it was requested. It may wait after that, with the status READY. */
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
  /** Exit code of the process; if a signal ended it, 128 and the number of the signal. Absent if no process has exited. */
  readonly exitCode?: number | undefined;
  readonly meta: RunMeta;
  readonly options: RunOptions;
  readonly stats: RunStats;
  readonly defaultDatasetId: string;
  readonly defaultKeyValueStoreId: string;
  readonly defaultRequestQueueId: string;
  /** Ids of its other datasets, by alias. */
  readonly datasets?: Readonly<Record<string, string>> | undefined;
  /** How it is paid for; absent: it costs nothing. */
  readonly pricing?: Pricing | undefined;
  /** Events charged for, by name, without those of items. Only if it is paid per event. */
  readonly charged?: Readonly<Record<string, number>> | undefined;
  /** Number of items in its default dataset, when it is paid for. While it is active, that number so far. */
  readonly items?: number | undefined;
  /** The actors into which the run was transformed, oldest first. */
  readonly metamorphs?: readonly Metamorph[] | undefined;
}

/** A run that was transformed into a run of another actor. */
export interface Metamorph {
  /** ISO 8601. */
  readonly createdAt: string;
  readonly actorId: string;
  readonly buildId: string;
  /** Key of its input in the default key-value store. */
  readonly inputKey: string;
}

export interface RunMeta {
  readonly origin: RunOrigin;
  readonly clientIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The schedule that started it, and the time for which it did. */
  readonly scheduleId?: string | undefined;
  readonly scheduledAt?: string | undefined;
}

export interface RunOptions {
  /** The requested tag or number. */
  readonly build: string;
  /** Counted from the change to RUNNING. 0: no limit. */
  readonly timeoutSecs: number;
  readonly memoryMbytes: number;
  readonly diskMbytes: number;
  readonly maxItems?: number | undefined;
  readonly maxTotalChargeUsd?: number | undefined;
  readonly restartOnError?: boolean | undefined;
}

/** Memory and processor time of all processes of the run. Absent if they were not measured. */
export interface RunStats {
  readonly inputBodyLen?: number | undefined;
  readonly restartCount: number;
  /** Absent: 0, also below. */
  readonly rebootCount?: number | undefined;
  readonly migrationCount?: number | undefined;
  readonly resurrectCount?: number | undefined;
  readonly runTimeSecs: number;
  readonly durationMillis: number;
  readonly computeUnits: number;
  readonly memAvgBytes?: number | undefined;
  readonly memMaxBytes?: number | undefined;
  readonly memCurrentBytes?: number | undefined;
  /** Per cent of one core. */
  readonly cpuAvgUsage?: number | undefined;
  readonly cpuMaxUsage?: number | undefined;
  readonly cpuCurrentUsage?: number | undefined;
}

/** How many runs wait, are executed and have ended. */
export function countsOf(runs: readonly Run[]): { readonly ready: number; readonly running: number; readonly finished: number } {
  const finished = runs.filter(({ status }) => isFinal(status)).length;
  const ready = runs.filter(({ status }) => status === 'READY').length;
  return { ready, running: runs.length - finished - ready, finished };
}

/** The storages of a run by their aliases, as the API shows them. */
export function storageIdsOf({ defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId, datasets }: Run) {
  return {
    datasets: { default: defaultDatasetId, ...datasets },
    keyValueStores: { default: defaultKeyValueStoreId },
    requestQueues: { default: defaultRequestQueueId },
  };
}
