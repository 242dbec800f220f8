import type { Worker } from 'node:worker_threads';
import { WorkerEndedError } from '@dataset-items/query-pipeline';
import { receivedError } from './errors.js';
import type { FromThread, Kind, Progress, Results, Setup, Task, TaskOutput, ThreadEvent, ToThread } from './messages.js';

/** What a task gives: its output, and its result at the end. */
export type Given<K extends Kind> = TaskOutput | { readonly result: Results[K]; readonly index: number };

/** The threads of an export. */
export interface Pool {
  /**
   * Does tasks in any order and at the same time, and gives what they give in the order of the tasks. So the first failure is that of the
   * earliest task that fails. Tasks after one that has failed are not begun, nor are those that are left when the walk ends.
   * A chunk is in memory that is used again when the next one is requested.
   */
  run<K extends Kind>(tasks: readonly Extract<Task, { readonly kind: K }>[]): AsyncGenerator<Given<K>>;
  /** Ends the threads. May be called twice. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly threads: number;
  readonly setup: Setup;
  readonly signal: AbortSignal | undefined;
  onProgress(progress: Progress): void;
}

/** Milliseconds for a thread to close what it has opened. */
const CLOSING = 5_000;

interface Thread {
  readonly worker: Worker;
  readonly ended: Promise<void>;
  isAlive: boolean;
  current: Entry | undefined;
  post(message: ToThread, memory?: readonly ArrayBuffer[]): void;
}

/** A task, and what has come of it and was not handed on. */
interface Entry {
  readonly task: Task;
  readonly index: number;
  readonly events: (Arrived | { readonly failure: Error })[];
}
type Arrived = ThreadEvent & { readonly thread: Thread };

export function startPool(file: URL, { threads: count, setup, signal, onProgress }: PoolOptions): Pool {
  /** Loaded on demand, because most exports have no threads. */
  const threading = process.getBuiltinModule('node:worker_threads');
  /** The tasks of the latest walk, and those that are not begun. */
  let entries: readonly Entry[] = [];
  let left: Entry[] = [];
  let isClosing = false;
  /** Ends the export, whatever is in progress. */
  let failure: { readonly reason: unknown } | undefined;
  /** Why the last thread has ended, which can be in the middle of a task of an earlier walk. */
  let allEnded: Error | undefined;
  let wake = (): void => {};

  const fail = (reason: unknown): void => {
    failure ??= { reason };
    wake();
  };
  const abort = (): void => fail(signal?.reason);
  const assign = (): void => {
    for (const thread of threads) {
      if (!thread.isAlive || thread.current !== undefined) continue;
      const entry = left.shift();
      if (entry === undefined) return;
      thread.current = entry;
      thread.post({ task: entry.task, index: entry.index });
    }
  };
  const failTask = (thread: Thread, error: Error): void => {
    const entry = thread.current;
    thread.current = undefined;
    // What comes after it is not needed. What comes before it has begun.
    if (entry !== undefined && entries.includes(entry)) left = [];
    entry?.events.push({ failure: error });
    assign();
    wake();
  };
  const take = (thread: Thread, { progress, event }: FromThread): void => {
    try {
      onProgress(progress);
    } catch (error) {
      return fail(error);
    }
    if (event === undefined) return;
    const entry = thread.current;
    if ('failed' in event) return failTask(thread, receivedError(event.failed));
    entry?.events.push({ ...event, thread });
    if ('done' in event) {
      thread.current = undefined;
      assign();
    }
    wake();
  };
  const start = (number: number): Thread => {
    const worker = new threading.Worker(file, {
      name: `dataset-items ${number}`,
      workerData: setup,
      // Those of the program may be for its own file.
      execArgv: [],
    });
    const thread: Thread = {
      ...{ worker, isAlive: true, current: undefined },
      ended: new Promise((resolve) => worker.once('exit', () => resolve())),
      post: (message, memory) => worker.postMessage(message, memory),
    };
    const end = (reason: string, cause?: unknown): void => {
      if (!thread.isAlive) return;
      thread.isAlive = false;
      if (isClosing) return;
      const error = new WorkerEndedError(reason, { cause });
      if (thread.current !== undefined) failTask(thread, error);
      if (threads.some(({ isAlive }) => isAlive)) return;
      allEnded = error;
      wake();
    };
    worker.on('message', (message: FromThread) => take(thread, message));
    worker.on('error', (error: Error) => end(error.message, error));
    worker.on('messageerror', (error: Error) => end(error.message, error));
    worker.on('exit', (status) => end(`it exited with status ${status}`));
    // Listening to messages has made it keep the process alive.
    worker.unref();
    return thread;
  };
  const threads: Thread[] = [];
  try {
    for (let number = 1; number <= count; number++) threads.push(start(number));
  } catch (error) {
    // It ends the first walk, after which the threads that have started are closed as always.
    fail(error);
  }
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });

  /** The threads keep the process alive only while it waits for them. */
  const untilWoken = async (): Promise<void> => {
    for (const { worker } of threads) worker.ref();
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (const { worker } of threads) worker.unref();
  };
  const next = async (entry: Entry): Promise<Arrived> => {
    for (;;) {
      if (failure !== undefined) throw failure.reason;
      const event = entry.events.shift();
      if (event !== undefined) {
        if ('failure' in event) throw event.failure;
        return event;
      }
      if (allEnded !== undefined) throw allEnded;
      await untilWoken();
    }
  };
  return {
    async *run<K extends Kind>(tasks: readonly Extract<Task, { readonly kind: K }>[]): AsyncGenerator<Given<K>> {
      entries = tasks.map((task, index): Entry => ({ task, index, events: [] }));
      left = [...entries];
      try {
        assign();
        for (const entry of entries) {
          for (let isDone = false; !isDone; ) {
            const event = await next(entry);
            if ('chunk' in event) {
              const { chunk, thread } = event;
              yield { chunk };
              thread.post({ free: chunk.buffer }, [chunk.buffer]);
            } else if ('stored' in event) yield { stored: event.stored };
            else if ('done' in event) {
              isDone = true;
              yield { result: event.done as Results[K], index: entry.index };
            }
          }
        }
      } finally {
        left = [];
      }
    },
    async close() {
      isClosing = true;
      signal?.removeEventListener('abort', abort);
      for (const { post } of threads) post('end');
      await Promise.all(threads.map(ended));
    },
  };
}

/** Waits for the end of a thread. One that is in the middle of long work is stopped. */
async function ended({ worker, ended }: Thread): Promise<void> {
  worker.ref();
  const timer = setTimeout(() => void worker.terminate(), CLOSING);
  await ended;
  clearTimeout(timer);
}
