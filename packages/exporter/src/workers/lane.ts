import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import type { Lane, Order } from '../lanes/lane.js';
import { mergeReports } from '../ranges/summary.js';
import { windowIn } from '../ranges/window-in.js';
import { documentOf } from './document.js';
import type { Task } from './messages.js';
import { type Pool, startPool } from './pool.js';
import { type Split, splitExport } from './split.js';
import { tableOf } from './table.js';
import { threadFile } from './thread-file.js';
import { threadsFor } from './threads.js';
import type { Working } from './working.js';

/**
 * Exports in threads, each of which reads ranges of the files and makes their part of the output. Bytes, report and errors are those of the
 * other lanes.
 * @returns `undefined` if no threads are asked for
 * @throws InvalidParameterError if threads are asked for by their number, and the export cannot be split
 */
export async function workerLane(order: Order): Promise<Lane | undefined> {
  const { workers = 0, onWorkers } = order.settings;
  if (workers === 0) return undefined;
  const threads = threadsFor(order, workers);
  const split = typeof threads === 'string' ? threads : await splitExport(order);
  if (typeof threads === 'number' && typeof split !== 'string') {
    onWorkers?.(threads);
    return inThreads(order, split, threads);
  }
  if (workers !== 'auto') throw new InvalidParameterError('workers', String(workers), `0, because the export ${split}`);
  onWorkers?.(0, `it ${split}`);
  return undefined;
}

async function inThreads(order: Order, split: Split, threads: number): Promise<Lane> {
  const { settings, signal, request, replaced, closeSource, handed } = order;
  const isSpooled = split.way === 'spool' || split.way === 'runs';
  const file = isSpooled ? await openTemporaryFile(settings.temporaryDirectory) : undefined;
  const spool = file && {
    ...{ descriptor: descriptorOf(file), directory: settings.temporaryDirectory, end: new SharedArrayBuffer(8) },
  };
  let pool: Pool | undefined;
  const close = async (): Promise<void> => {
    try {
      await pool?.close();
    } finally {
      await file?.close();
    }
  };
  try {
    const { batchSize, byteLane, temporaryDirectory } = settings;
    const { id, name, modifiedAt } = order.facts;
    const started = startPool(threadFile(), {
      threads: Math.min(threads, split.ranges.length),
      signal,
      setup: {
        files: split.files,
        request,
        settings: { batchSize, byteLane, temporaryDirectory },
        facts: { id, name, modifiedAt },
        spool,
      },
      onProgress: ({ bytes, items }) => {
        if (bytes > 0) order.source.files?.options.onBytes?.(bytes);
        if (items > 0) order.onItems(items);
      },
    });
    pool = started;
    const reports = mergeReports(replaced);
    const working: Working = {
      ...{ order, split, pool: started, spool },
      async *read() {
        try {
          for await (const given of started.run<'read'>(await readTasks(order, split, started))) {
            if ('stored' in given) throw new Error('a range that was read has no stored output');
            if ('result' in given) {
              reports.add(given.result.summary);
              handed.records += given.result.summary.records;
              yield given.result;
            } else yield given;
          }
        } finally {
          await closeSource();
        }
      },
    };
    const { chunks, columns } = split.way === 'records' ? documentOf(working) : await tableOf(working);
    return { chunks: settings.reusesChunks ? chunks : copies(chunks), close, merged: reports.read, ...(columns && { columns }) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Chunks that the reader may keep. Those of threads and of temporary files are in memory that is used again. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

function descriptorOf({ descriptor }: TemporaryFile): number {
  if (descriptor === undefined) throw new Error('a temporary file without a number');
  return descriptor;
}

/** The tasks of reading. Ranges that have no item of the window have none. */
async function readTasks(
  { window }: Order,
  { ranges, isCounted }: Split,
  pool: Pool,
): Promise<Extract<Task, { kind: 'read' }>[]> {
  const whole = { offset: 0, limit: Number.POSITIVE_INFINITY, desc: window.desc };
  if (!isCounted) return ranges.map((range) => ({ kind: 'read', range, window: whole }));
  const tasks: Extract<Task, { kind: 'read' }>[] = [];
  let before = 0;
  for await (const given of pool.run<'count'>(ranges.map((range) => ({ kind: 'count', range })))) {
    if (!('result' in given)) continue;
    const part = windowIn(window, before);
    if (part.limit === 0) break;
    const { items = Number.POSITIVE_INFINITY } = given.result;
    if (part.offset < items) tasks.push({ kind: 'read', range: ranges[given.index] as (typeof ranges)[number], window: part });
    before += items;
  }
  return tasks;
}
