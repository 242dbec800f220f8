import type { Queue } from 'bullmq';
import { type ExportData, type TaskData, type TaskDone, taskJobId } from './jobs.js';

/** Jobs that are removed at the same time. */
const atOnce = 100;

/**
 * Removes the tasks of a stage that wait for a worker, from an index on. One at a time, because `removeUnprocessedChildren` of BullMQ 6.7 on
 * PostgreSQL leaves a parent that has no other children waiting for ever. A task that runs cannot be removed: it looks for itself.
 */
export async function removeTasks(
  tasks: Queue<TaskData, TaskDone, string>,
  { id, stage, of = 0 }: ExportData,
  from: number,
): Promise<void> {
  if (stage === undefined || stage === 'join') return;
  for (let index = from; index < of; index += atOnce) {
    const names = Array.from({ length: Math.min(atOnce, of - index) }, (_, at) =>
      taskJobId(id, { kind: stage, index: index + at }),
    );
    await Promise.all(names.map((name) => tasks.remove(name)));
  }
}
