import { runTask, storeUntil } from '@dataset-items/parts';
import { type Queue, UnrecoverableError } from 'bullmq';
import { CancelledExportError, failureOf, isPassing } from './failure.js';
import {
  type ExportData,
  type ExportRecord,
  exportJobId,
  isCancelled,
  type TaskData,
  type TaskDone,
  type TaskRecord,
} from './jobs.js';
import { removeTasks } from './remove-tasks.js';
import type { Setup } from './setup.js';
import { unlessAborted, watched } from './watch.js';

/** A task that is no longer needed. */
class NotNeededError extends Error {}

/** Does one task of an export. A failure goes to the export as JSON, because the queue keeps only a sentence. */
export async function doTask(job: TaskRecord, outer: AbortSignal, setup: Setup): Promise<TaskDone> {
  const { id, asked, kind, index } = job.data;
  const { store, open, formats, temporaryDirectory, tally } = setup;
  let items = 0;
  const started = performance.now();
  const end = (outcome: 'done' | 'failed' | 'stopped'): void => tally.ended(kind, outcome, performance.now() - started);
  let said = 0;
  const { signal, end: endWatch } = await watched(
    outer,
    () => unwanted(setup.exports, job.data),
    async () => {
      if (items === said) return;
      said = items;
      await job.updateProgress({ items });
    },
  );
  try {
    signal.throwIfAborted();
    const plan = await setup.plans(id, asked);
    const doing = runTask(
      plan,
      { kind, index },
      {
        ...{ store: storeUntil(store, signal), open, formats, signal, temporaryDirectory },
        onItems: (count) => {
          items += count;
          tally.items(count);
        },
      },
    );
    const { bytes, records, foundDone } = await unlessAborted(doing, signal);
    if (!foundDone) tally.bytes(bytes);
    end('done');
    return { items, bytes, records };
  } catch (error) {
    if (outer.aborted) throw error;
    end(signal.aborted ? 'stopped' : 'failed');
    const failure = failureOf(signal.aborted ? signal.reason : error);
    const text = JSON.stringify(failure);
    if (!signal.aborted && isPassing(failure) && job.attemptsMade + 1 < (job.opts.attempts ?? 1))
      throw new Error(text, { cause: error });
    // Before this worker takes another task: none of those that come later is needed any more.
    if (!signal.aborted) await removeLater(setup, job.data);
    throw new UnrecoverableError(text);
  } finally {
    endWatch();
  }
}

async function removeLater({ exports, tasks }: Setup, { id, index }: TaskData): Promise<void> {
  const job = await exports.getJob(exportJobId(id));
  if (job !== undefined) await removeTasks(tasks, job.data, index + 1);
}

/** Why the export does not need this task. `undefined`: it does. */
async function unwanted(exports: Queue<ExportData>, { id, asked, index }: TaskData): Promise<Error | undefined> {
  const job = (await exports.getJob(exportJobId(id))) as ExportRecord | undefined;
  if (job === undefined || job.timestamp !== asked) return new NotNeededError('there is no such export any more');
  if (isCancelled(job)) return new CancelledExportError(id);
  const { failure, stop = Number.POSITIVE_INFINITY } = job.data;
  if (failure !== undefined || index >= stop) return new NotNeededError('an earlier task of the export has failed');
  return undefined;
}
