import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportJob, ExportProgress, ExportResult, ExportState } from '@dataset-items/exporter';
import { findOutcome, type PartStore, type TaskKind } from '@dataset-items/parts';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { CancelledExportError, errorOf } from './failure.js';
import { type ExportRecord, exportJobId, isCancelled, type TaskDone, taskOfKey } from './jobs.js';
import { removeTasks } from './remove-tasks.js';
import type { Setup } from './setup.js';

export type Handled = Pick<Setup, 'exports' | 'tasks'> & { readonly store: PartStore };

/** Milliseconds between two looks at an export: few at first, so that small exports do not wait. */
const firstWait = 50;
const longestWait = 2000;

/** An export, found again with each call. */
export function handleOf(id: string, queues: Handled): ExportJob {
  const { exports, store } = queues;
  const record = async (): Promise<ExportRecord | undefined> =>
    (await exports.getJob(exportJobId(id))) as ExportRecord | undefined;
  const progress = async (): Promise<ExportProgress> => {
    const job = await record();
    if (job !== undefined) return progressOf(job, queues);
    const outcome = await findOutcome(id, store);
    if (outcome === undefined) throw new UnreadableSourceError(id, 'there is no such export', { missing: 'Export' });
    return { state: 'done', done: 1, of: 1, items: outcome.report.itemsRead, bytes: outcome.bytes };
  };
  const job: ExportJob = {
    id,
    state: async () => {
      const found = await record();
      return found === undefined ? (await progress()).state : stateOf(found);
    },
    async *progress(signal) {
      for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
        const now = await progress();
        yield now;
        if (isEnd(now.state)) return;
        await sleep(wait, undefined, { signal });
      }
    },
    async result(signal) {
      for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
        signal?.throwIfAborted();
        const state = await job.state();
        if (state === 'done') return resultOf(id, store);
        if (state === 'cancelled') throw new CancelledExportError(id);
        if (state === 'failed') {
          const found = await record();
          throw errorOf(id, found?.data.failure ?? { message: found?.failedReason ?? 'the export failed' });
        }
        await sleep(wait, undefined, { signal });
      }
    },
    async cancel() {
      const found = await record();
      if (found === undefined || isEnd(await stateOf(found))) return;
      await found.updateProgress({ cancelled: true });
      // What was added meanwhile is removed by the worker that adds it.
      const now = await record();
      if (now !== undefined) await removeTasks(queues.tasks, now.data, 0);
    },
  };
  return job;
}

async function resultOf(id: string, store: PartStore): Promise<ExportResult> {
  const outcome = await findOutcome(id, store);
  if (outcome === undefined) throw new UnreadableSourceError(id, 'its result was removed', { missing: 'Export' });
  const { name, bytes, mediaType, extension, report } = outcome;
  return { name, bytes, mediaType, extension, report, read: () => store.get(name) };
}

function isEnd(state: ExportState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

const stages = { count: 'reading', read: 'reading', write: 'writing', join: 'joining' } as const;

async function stateOf(job: ExportRecord): Promise<ExportState> {
  const state = await job.getState();
  if (state === 'completed') return 'done';
  if (isCancelled(job)) return 'cancelled';
  if (state === 'failed') return 'failed';
  const { stage } = job.data;
  return stage === undefined ? 'waiting' : stages[stage];
}

/** How far an export is, from the tasks that are done and those that run. */
export async function progressOf(job: ExportRecord, { tasks }: Pick<Setup, 'tasks'>): Promise<ExportProgress> {
  const { stage, of = 0, id } = job.data;
  const state = await stateOf(job);
  let [done, items, bytes] = [0, 0, 0];
  for (const [key, value] of Object.entries(await job.getChildrenValues<TaskDone>())) {
    if (taskOfKey(key)?.kind === (stage as TaskKind)) done++;
    items += value.items;
    bytes += value.bytes;
  }
  if (!isEnd(state) && stage === 'read') {
    for (const running of await tasks.getJobs(['active'])) {
      if (running?.data.id !== id || typeof running.progress !== 'object') continue;
      items += (running.progress as Partial<TaskDone>).items ?? 0;
    }
  }
  return { state, done: state === 'done' ? of : done, of, items, bytes };
}
