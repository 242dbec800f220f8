import { setImmediate as turn } from 'node:timers/promises';
import type { ExportJob, ExportProgress, ExportQueue, ExportState } from '@dataset-items/exporter';
import { directoryStore, joinExport, nextStage, type OpenDataset, planExport, runTask, storePlan } from '@dataset-items/parts';

export interface InProcess extends ExportQueue {
  /** The data sets that were asked for, by the id of their export. */
  readonly asked: ReadonlyMap<string, string>;
}

/** A queue whose exports this process makes, in parts. @param begin is awaited before each export */
export function queueInProcess(folder: string, open: OpenDataset, begin: () => Promise<void> = turn): InProcess {
  const store = directoryStore(folder);
  const jobs = new Map<string, ExportJob>();
  const asked = new Map<string, string>();
  return {
    asked,
    find: async (id) => jobs.get(id),
    async submit(dataset, request, options) {
      const known = jobs.get(options.id);
      if (known !== undefined) return known;
      asked.set(options.id, dataset);
      let state: ExportState = 'waiting';
      const made = (async () => {
        await begin();
        const plan = await planExport(await open(dataset), request, { ...options, dataset, rangeBytes: 10_000 });
        await storePlan(plan, store);
        for (let stage = await nextStage(plan, store); 'tasks' in stage; stage = await nextStage(plan, store)) {
          for (const task of stage.tasks) await runTask(plan, task, { store, open });
        }
        return joinExport(plan, store);
      })().then(
        (outcome) => {
          state = 'done';
          return { ...outcome, read: () => store.get(outcome.name) };
        },
        (error: unknown) => {
          state = 'failed';
          throw error;
        },
      );
      made.catch(() => undefined);
      const progress = (): ExportProgress => ({ state, done: 0, of: 0, items: 0, bytes: 0 });
      const job: ExportJob = {
        id: options.id,
        state: async () => state,
        async *progress() {
          yield progress();
          await made.catch(() => undefined);
          yield progress();
        },
        result: () => made,
        cancel: async () => undefined,
      };
      jobs.set(options.id, job);
      return job;
    },
  };
}
