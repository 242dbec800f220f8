import type { Task, TaskKind } from '@dataset-items/parts';
import { taskKinds } from '@dataset-items/parts';
import type { JobOf } from './connection.js';
import type { Failure } from './failure.js';

/** What the queue holds of an export: names, a request and numbers. Only the worker that does the export changes it. */
export interface ExportData {
  readonly id: string;
  /** The name by which workers open the data set. */
  readonly dataset: string;
  /** The request as JSON, which workers check again. */
  readonly request: string;
  readonly rangeBytes?: number | undefined;
  readonly most?: number | undefined;
  readonly withoutColumns?: 'refuse' | 'write' | undefined;
  /** The stage that is being done. `join`: all tasks are done. */
  readonly stage?: TaskKind | 'join';
  /** Number of tasks of the stage. */
  readonly of?: number;
  /** Tasks from this one on are no longer needed, because this one has failed. */
  readonly stop?: number;
  /** Why the export ends. */
  readonly failure?: Failure;
}

/** What only the one who cancels an export changes. */
export interface ExportMarks {
  readonly cancelled?: true;
}

export interface TaskData extends Task {
  readonly id: string;
  /** When the export was asked for, in milliseconds: an id can be used again. */
  readonly asked: number;
}

/** What is known of a task that was done. */
export interface TaskDone {
  readonly items: number;
  readonly bytes: number;
  readonly records: number;
}

export type ExportRecord = JobOf<ExportData, { readonly name: string; readonly bytes: number }>;
export type TaskRecord = JobOf<TaskData, TaskDone>;

/** BullMQ refuses ids that are numbers, and has meanings of its own for colons. */
export function exportJobId(id: string): string {
  return `export-${id}`;
}

/** It follows from the task alone, so adding a task twice makes one job. */
export function taskJobId(id: string, { kind, index }: Task): string {
  return `${id}-${kind}-${index}`;
}

/** The task of a job, by its key. `undefined`: none of this export. */
export function taskOfKey(key: string): Task | undefined {
  const [, kind, index] = /-([a-z]+)-(\d+)$/.exec(key) ?? [];
  const known = taskKinds.find((name) => name === kind);
  return known === undefined ? undefined : { kind: known, index: Number(index) };
}

export function isCancelled(job: ExportRecord): boolean {
  return typeof job.progress === 'object' && (job.progress as ExportMarks).cancelled === true;
}
