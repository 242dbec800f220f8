/** A run as the API shows it, as far as the page needs it. */
export interface Run {
  readonly id: string;
  readonly actId: string;
  readonly actorTaskId?: string | null;
  readonly status: string;
  readonly statusMessage?: string | null;
  readonly exitCode?: number | null;
  readonly startedAt: string;
  readonly finishedAt?: string | null;
  readonly defaultDatasetId: string;
  readonly defaultKeyValueStoreId: string;
  readonly defaultRequestQueueId: string;
}

export interface Listed<T> {
  readonly total: number;
  readonly items: readonly T[];
}

/** An actor or a task in a list. */
export interface Startable {
  readonly id: string;
  readonly name: string;
  readonly title?: string | null;
  readonly actId?: string;
  readonly stats?: { readonly totalRuns?: number };
}

export const runPath = '/actors/:actorId/runs/:runId';

const over = ['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'];

export function isOver({ status }: Pick<Run, 'status'>): boolean {
  return over.includes(status);
}

/** `1.2 s` from its start to its end, or until now. */
export function durationText({ startedAt, finishedAt }: Run, now: number): string {
  const seconds = Math.max(0, (finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
