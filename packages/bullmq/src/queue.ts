import { type ExportJob, type ExportProgress, type ExportQueue, type RequestInput, requestData } from '@dataset-items/exporter';
import {
  checkedId,
  findOutcome,
  type OpenDataset,
  type PartStore,
  type PlanOptions,
  planExport,
  removeResult,
  splitRequest,
  sweep,
} from '@dataset-items/parts';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import type { Formats, formats as standardFormats } from '@dataset-items/serializers';
import { type Connection, engineOf } from './connection.js';
import { type Handled, handleOf, progressOf } from './handle.js';
import { type ExportData, type ExportRecord, exportJobId } from './jobs.js';
import { metricsText } from './metrics.js';
import { reachOf } from './reach.js';

export interface QueueOptions extends Connection {
  /** The store of the workers. */
  readonly store: PartStore;
  /** The `open` of the workers. With it, what cannot be split is refused by `submit`; without it, the export fails when it is planned. */
  readonly open?: OpenDataset | undefined;
  /** Seconds for which the queue knows exports that have ended. Their results stay in the store. Default 7 days. */
  readonly keepSeconds?: number | undefined;
  /** Milliseconds in which the queue must answer when it is asked for something. Default 10,000. */
  readonly timeout?: number | undefined;
  /** Called with errors of the connection. */
  readonly onError?: ((error: Error) => void) | undefined;
}

export interface BullExportQueue extends ExportQueue {
  submit<F extends Formats = typeof standardFormats>(
    dataset: string,
    request: RequestInput<F>,
    options: Omit<PlanOptions<F>, 'dataset'>,
  ): Promise<ExportJob>;
  /** Exports that the queue knows, the newest first. */
  list(options?: { readonly limit?: number }): Promise<readonly ListedExport[]>;
  /**
   * Removes from the store what nobody needs: parts of exports that have ended, to which nothing was written since a date, and with `results` the
   * results that are older. @returns the number of removed objects
   */
  sweep(olderThan: Date, options?: { readonly results?: boolean }): Promise<number>;
  /** Figures of the queue, in the text format of Prometheus. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** An export as a row of a table. */
export interface ListedExport extends ExportProgress {
  readonly id: string;
  readonly dataset: string;
  readonly askedAt: Date;
  readonly endedAt?: Date | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
}

/** Tries of a step of an export, if the store does not answer. */
const attempts = 5;

/**
 * Asks workers for exports. Its methods throw UnreachableQueueError if the queue does not answer.
 * @throws InvalidParameterError
 */
export function exportQueue(options: QueueOptions): BullExportQueue {
  const { store, open, keepSeconds = 7 * 24 * 3600, timeout = 10_000, onError = () => undefined } = options;
  const engine = engineOf(options);
  const queues: Handled = { exports: engine.queue('exports'), tasks: engine.queue('tasks'), store };
  const { exports, tasks } = queues;
  for (const queue of [exports, tasks]) queue.on('error', onError);
  const reach = reachOf(exports, engine.address, timeout);
  const found = async (id: string): Promise<ExportRecord | undefined> =>
    (await exports.getJob(exportJobId(checkedId(id)))) as ExportRecord | undefined;

  return {
    async submit(dataset, request, given) {
      const { id, rangeBytes, most, withoutColumns } = given;
      const asked = { ...given, dataset };
      const data: ExportData = {
        ...{ id, dataset, rangeBytes, most, withoutColumns },
        request: JSON.stringify(requestData(splitRequest(request, asked))),
      };
      if (open !== undefined) await planExport(await open(dataset), request, asked);
      await reach();
      const before = await found(id);
      if (before !== undefined) {
        const state = await before.getState();
        const isLost = state === 'completed' && (await findOutcome(id, store)) === undefined;
        if (state !== 'failed' && !isLost) {
          if (isSame(before.data, data)) return handleOf(id, queues);
          throw new InvalidParameterError('id', id, 'an id that no other export of this queue has');
        }
        // What a failed or cancelled export of another request has stored is not the result of this one.
        if (!isSame(before.data, data)) await removeResult(id, store);
        await before.remove();
      } else if ((await findOutcome(id, store)) !== undefined) return handleOf(id, queues);
      await exports.add('export', data, {
        jobId: exportJobId(id),
        attempts,
        backoff: { type: 'exponential', delay: 1000 },
        removeOnComplete: { age: keepSeconds },
        removeOnFail: { age: keepSeconds },
      });
      return handleOf(id, queues);
    },
    async find(id) {
      checkedId(id);
      await reach();
      const isThere = (await found(id)) !== undefined || (await findOutcome(id, store)) !== undefined;
      return isThere ? handleOf(id, queues) : undefined;
    },
    async list({ limit = 100 } = {}) {
      await reach();
      const jobs = await exports.getJobs(
        ['active', 'waiting', 'waiting-children', 'delayed', 'completed', 'failed'],
        0,
        limit - 1,
      );
      const listed = await Promise.all(
        jobs.map(async (job) => {
          const record = job as ExportRecord | undefined;
          if (record === undefined) return [];
          const { finishedOn, timestamp, data } = record;
          return [
            {
              ...(await progressOf(record, queues)),
              ...{ id: data.id, dataset: data.dataset, askedAt: new Date(timestamp) },
              ...(finishedOn !== undefined && { endedAt: new Date(finishedOn) }),
              ...(record.failedReason && { failure: record.failedReason }),
            },
          ];
        }),
      );
      return listed.flat().sort((a, b) => b.askedAt.getTime() - a.askedAt.getTime());
    },
    async sweep(olderThan, { results = false } = {}) {
      await reach();
      return sweep(store, olderThan, {
        results,
        keep: async (id) => {
          const job = await found(id);
          return job !== undefined && !['completed', 'failed'].includes(await job.getState());
        },
      });
    },
    async metrics() {
      await reach();
      return metricsText(queues);
    },
    close: async () => {
      await Promise.all([exports.close(), tasks.close()]);
    },
  };
}

function isSame(a: ExportData, b: ExportData): boolean {
  return a.dataset === b.dataset && a.request === b.request;
}
