import {
  findOutcome,
  joinExport,
  loadPlan,
  nextStage,
  type Outcome,
  type PartStore,
  type Plan,
  planExport,
  removeParts,
  storePlan,
  storeUntil,
  type Task,
} from '@dataset-items/parts';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { UnrecoverableError, WaitingChildrenError } from 'bullmq';
import { CancelledExportError, type Failure, failureOf, isPassing } from './failure.js';
import { type ExportData, type ExportRecord, isCancelled, taskJobId, taskOfKey } from './jobs.js';
import { removeTasks } from './remove-tasks.js';
import type { Setup } from './setup.js';
import { unlessAborted, watched } from './watch.js';

/** What an export does next: tasks, or the end. `stop`: tasks from this one on are no longer needed. */
type Next =
  | { readonly tasks: readonly Task[]; readonly stop?: number | undefined }
  | { readonly outcome: Outcome }
  | { readonly failure: Failure };

/** Jobs that are added with one command. */
const addedAtOnce = 500;
/** Tries of a task whose failure may pass. */
const attempts = 3;

/**
 * Does one export, in steps: it adds the tasks of a stage, waits for them without occupying a worker, and is called again. What is done is known
 * from the store alone, so each step can be repeated after its worker was killed. It ends only when none of its tasks runs any more.
 */
export async function coordinate(job: ExportRecord, token: string, outer: AbortSignal, setup: Setup): Promise<Outcome> {
  const { id } = job.data;
  const { exports, store, tasks } = setup;
  const { signal, look, end } = await watched(outer, async () => {
    const now = (await exports.getJob(String(job.id))) as ExportRecord | undefined;
    return now === undefined || isCancelled(now) ? new CancelledExportError(id) : undefined;
  });
  const change = (data: Partial<ExportData>): Promise<void> => job.updateData({ ...job.data, ...data });
  const orWait = async (): Promise<void> => {
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  };
  try {
    for (;;) {
      const next = await nextOf(job, setup, signal, change);
      if (outer.aborted) throw outer.reason;
      if ('outcome' in next) {
        await removeParts({ id }, store);
        return next.outcome;
      }
      if ('failure' in next) {
        await change({ failure: next.failure });
        await removeTasks(tasks, job.data, 0);
        await orWait();
        await removeParts({ id }, store);
        throw new UnrecoverableError(next.failure.message);
      }
      const [{ kind } = { kind: 'read' as const }] = next.tasks;
      if (next.stop !== undefined && next.stop !== job.data.stop) {
        await change({ stop: next.stop });
        await removeTasks(tasks, job.data, next.stop);
      } else {
        const of = Math.max(...next.tasks.map(({ index }) => index + 1), job.data.stage === kind ? (job.data.of ?? 0) : 0);
        if (job.data.stage !== kind || job.data.of !== of) await change({ stage: kind, of });
      }
      await addTasks(job, setup, next.tasks);
      // Whoever cancels removes the tasks that are there. Those that were added meanwhile are removed here.
      if (await look()) await orWait();
    }
  } finally {
    end();
  }
}

/** @param signal aborted if the export is cancelled */
async function nextOf(
  job: ExportRecord,
  setup: Setup,
  signal: AbortSignal,
  change: (data: Partial<ExportData>) => Promise<void>,
): Promise<Next> {
  if (job.data.failure !== undefined) return { failure: job.data.failure };
  try {
    return await unlessAborted(stepOf(job, { ...setup, store: storeUntil(setup.store, signal) }, change), signal);
  } catch (error) {
    const failure = failureOf(error);
    const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (isPassing(failure) && !isLast && !(error instanceof FailedTaskError)) throw error;
    return { failure: error instanceof FailedTaskError ? error.failure : failure };
  }
}

/** A task that was tried as often as it may be. */
class FailedTaskError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

async function stepOf(job: ExportRecord, setup: Setup, change: (data: Partial<ExportData>) => Promise<void>): Promise<Next> {
  const { store, formats } = setup;
  // Its worker may have been lost while it removed the parts.
  const outcome = await findOutcome(job.data.id, store);
  if (outcome !== undefined) return { outcome };
  const plan = job.data.stage === undefined ? await planned(job.data, setup, store) : await loadPlan(job.data.id, store);
  const failed = await firstFailed(job);
  const stage = await nextStage(plan, store, formats);
  if ('join' in stage) {
    await change({ stage: 'join', of: 1 });
    return { outcome: await joinExport(plan, store, formats) };
  }
  // Another process may have removed what was done. A task is not added twice: the queue counts it as done.
  const done = await job.getChildrenValues();
  const names = new Set(Object.keys(done).map((key) => key.slice(key.lastIndexOf(':') + 1)));
  const lost = stage.tasks.find((task) => names.has(taskJobId(plan.id, task)));
  if (lost !== undefined)
    throw new FailedTaskError({ message: `${plan.id}: ${lost.kind} ${lost.index} was done, and the store has lost it` });
  if (failed === undefined) return stage;
  const tasks = stage.tasks.filter(({ kind, index }) => kind === failed.task.kind && index < failed.task.index);
  if (tasks.length === 0) throw new FailedTaskError(failed.failure);
  return { tasks, stop: failed.task.index };
}

/** Plans an export. Parts of an earlier one with the same plan are used again, and those of another one are removed. */
async function planned(
  { id, dataset, request, rangeBytes, most, withoutColumns }: ExportData,
  { open, formats }: Setup,
  store: PartStore,
): Promise<Plan> {
  const options = { id, dataset, rangeBytes, most, withoutColumns, formats };
  const plan = await planExport(await open(dataset), JSON.parse(request), options);
  const before = await loadPlan(id, store).catch((error: unknown) => {
    if (error instanceof UnreadableSourceError && error.missing !== undefined) return undefined;
    throw error;
  });
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(plan)) await removeParts(plan, store);
  await storePlan(plan, store);
  return plan;
}

/** The failed task whose range comes first. */
async function firstFailed(job: ExportRecord): Promise<{ readonly task: Task; readonly failure: Failure } | undefined> {
  let first: { readonly task: Task; readonly failure: Failure } | undefined;
  for (const [key, text] of Object.entries(await job.getIgnoredChildrenFailures())) {
    const task = taskOfKey(key);
    if (task === undefined || (first !== undefined && first.task.index <= task.index)) continue;
    first = { task, failure: failureIn(text, `${task.kind} ${task.index}`) };
  }
  return first;
}

/** BullMQ has sentences of its own, for a task whose workers were lost too often. */
function failureIn(text: string, task: string): Failure {
  try {
    return JSON.parse(text);
  } catch {
    return { message: `${task}: ${text}` };
  }
}

async function addTasks(job: ExportRecord, { tasks }: Setup, added: readonly Task[]): Promise<void> {
  const { id } = job.data;
  const parent = { id: String(job.id), queue: job.queueQualifiedName };
  for (let from = 0; from < added.length; from += addedAtOnce) {
    await tasks.addBulk(
      added.slice(from, from + addedAtOnce).map((task) => ({
        name: task.kind,
        data: { id, asked: job.timestamp, ...task },
        opts: {
          jobId: taskJobId(id, task),
          parent,
          attempts,
          backoff: { type: 'exponential', delay: 1000 },
          // When a task has failed, the export runs again at once and decides. Without this option it would wait for ever.
          continueParentOnFailure: true,
          // Ids must be free if a task is to be added again. The result or failure of a task is kept with the export.
          removeOnComplete: true,
          removeOnFail: true,
        },
      })),
    );
  }
}
