import type { OpenDataset, PartStore } from '@dataset-items/parts';
import { atLeast, InvalidParameterError, type OptionKind, timerTime } from '@dataset-items/query-pipeline';
import type { Formats } from '@dataset-items/serializers';
import { WaitingError, type Worker } from 'bullmq';
import { type Connection, engineOf, type JobOf } from './connection.js';
import { coordinate } from './coordinate.js';
import type { ExportData, TaskData, TaskDone } from './jobs.js';
import { createTally, metricsText } from './metrics.js';
import { plansIn } from './plans.js';
import { reachOf, unreachable } from './reach.js';
import type { Setup } from './setup.js';
import { doTask } from './task.js';

export interface WorkerOptions extends Connection {
  /** Where the parts and the results are. All workers and all who ask for exports have the same. */
  readonly store: PartStore;
  /** Opens a data set by its name. It decides which names there are: nothing else of the queue is opened. */
  readonly open: OpenDataset;
  /** The formats with which exports are asked for. Default: those of the library. */
  readonly formats?: Formats | undefined;
  /** Tasks that run at the same time. Default 1, because a task has a whole core to do. */
  readonly concurrency?: number | undefined;
  /** Milliseconds after which a task of a worker that is lost is given to another one. Default 30,000. */
  readonly lockDuration?: number | undefined;
  readonly temporaryDirectory?: string | undefined;
  /** Called with errors of the connection, and with failures that are not those of an export. */
  readonly onError?: ((error: Error) => void) | undefined;
}

export interface ExportWorker {
  /**
   * Resolves when the worker takes tasks. It waits for a server of Redis that is not there yet.
   * @throws UnreachableQueueError if PostgreSQL is not there
   */
  ready(): Promise<void>;
  /** Figures of this worker and of the queue, in the text format of Prometheus. @throws UnreachableQueueError */
  metrics(): Promise<string>;
  /** Ends the worker. Its tasks go back to the queue at once, for others. */
  close(): Promise<void>;
}

/** Exports that one worker coordinates at the same time. They take no time but when a stage ends and while the parts are joined. */
const coordinated = 4;
/** Milliseconds in which the queue must answer when its figures are asked for. */
const mostWait = 10_000;
/** Times that the worker of a task may be lost. */
const mostLost = 5;

/**
 * Does exports and their tasks until it is closed. Start as many as you like, on any number of machines.
 * @throws InvalidParameterError
 */
export function exportWorker(options: WorkerOptions): ExportWorker {
  const { store, open, formats, temporaryDirectory, concurrency = 1, lockDuration = 30_000, onError = () => undefined } = options;
  checkFits('concurrency', concurrency, atLeast(1));
  checkFits('lockDuration', lockDuration, timerTime);
  const engine = engineOf(options);
  const tally = createTally();
  const setup: Setup = {
    ...{ store, open, formats, temporaryDirectory, tally, plans: plansIn(store) },
    exports: engine.queue('exports'),
    tasks: engine.queue('tasks'),
  };
  const closing = new AbortController();
  const common = { lockDuration, stalledInterval: lockDuration, maxStalledCount: mostLost };
  const workers: readonly Worker[] = [
    engine.worker<TaskData, TaskDone>(
      'tasks',
      back(closing.signal, (job, _, signal) => doTask(job, signal, setup)),
      {
        ...common,
        concurrency,
      },
    ),
    engine.worker<ExportData, { readonly name: string; readonly bytes: number }>(
      'exports',
      back(closing.signal, async (job, token, signal) => {
        const { name, bytes } = await coordinate(job, token, signal, setup);
        return { name, bytes };
      }),
      { ...common, concurrency: coordinated },
    ),
  ];
  for (const worker of workers) worker.on('error', onError);
  for (const queue of [setup.exports, setup.tasks]) queue.on('error', onError);
  const reach = reachOf(setup.exports, engine.address, mostWait);
  return {
    ready: async () => {
      const all = [...workers, setup.exports, setup.tasks].map((one) => one.waitUntilReady());
      await Promise.all(all).catch((error: unknown) => {
        throw unreachable(engine.address, error);
      });
    },
    metrics: async () => {
      await reach();
      return metricsText(setup, tally);
    },
    close: async () => {
      closing.abort(new Error('the worker is closed'));
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([setup.exports.close(), setup.tasks.close()]);
    },
  };
}

/** Gives a job back to the queue when the worker is closed, for another worker. */
function back<Data, Result>(
  closing: AbortSignal,
  processor: (job: JobOf<Data, Result>, token: string, signal: AbortSignal) => Promise<Result>,
): (job: JobOf<Data, Result>, token: string, signal: AbortSignal) => Promise<Result> {
  return async (job, token, signal) => {
    try {
      return await processor(job, token, AbortSignal.any([closing, signal]));
    } catch (error) {
      if (!closing.aborted || error !== closing.reason) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };
}

function checkFits(name: string, value: number, { expected, fits }: OptionKind): void {
  if (!fits(value)) throw new InvalidParameterError(name, String(value), expected);
}
