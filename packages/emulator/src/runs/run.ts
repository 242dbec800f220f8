/** Every status, in the order in which a run may have them (CLIENTS.md). */
export const runStatuses = ['READY', 'RUNNING', 'TIMING-OUT', 'ABORTING', 'SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What may follow a status. A final one is followed by nothing. */
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

/** One run of an actor, as it was at one moment; a later moment is another record. Stored as JSON with the dates as ISO 8601. */
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
  /** The actor's last word: the emulator puts no message of its own in its place. */
  readonly isStatusMessageTerminal?: boolean | undefined;
  /** When it was asked for: while it is READY it waits. */
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
  /** Of a process that a signal ended: 128 and its number. Absent where nothing exited. */
  readonly exitCode?: number | undefined;
  readonly meta: RunMeta;
  readonly options: RunOptions;
  readonly stats: RunStats;
  readonly defaultDatasetId: string;
  readonly defaultKeyValueStoreId: string;
  readonly defaultRequestQueueId: string;
}

export interface RunMeta {
  readonly origin: RunOrigin;
  readonly clientIp?: string | undefined;
  readonly userAgent?: string | undefined;
}

export interface RunOptions {
  /** The tag or number that was asked for. */
  readonly build: string;
  /** Counted from when it runs; 0: no limit. */
  readonly timeoutSecs: number;
  readonly memoryMbytes: number;
  readonly diskMbytes: number;
  readonly maxItems?: number | undefined;
  readonly maxTotalChargeUsd?: number | undefined;
  readonly restartOnError?: boolean | undefined;
}

/** Memory and CPU are of all processes of the run, and absent where they were not measured. */
export interface RunStats {
  readonly inputBodyLen?: number | undefined;
  readonly restartCount: number;
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
