import type { MessagePort } from 'node:worker_threads';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { arrangedRows, type Format, formats, replacementTally } from '@dataset-items/serializers';
import { type RangedFiles, rangedFiles } from '@dataset-items/sources';
import { readRange } from '../ranges/read-range.js';
import { blocksFrom } from '../ranges/stored-rows.js';
import { wayOf } from '../ranges/way.js';
import { writeRun } from '../ranges/write-run.js';
import { sentError } from './errors.js';
import type { Extent, FromThread, Kind, Results, Setup, SpooledRows, Task, ThreadEvent, ToThread } from './messages.js';
import { type ThreadOutput, threadOutput } from './output.js';
import { joined, type SharedSpool, sharedSpool, within } from './spool.js';

/** Bytes that a thread reads and writes at a time. */
const CHUNK = 1024 * 1024;

/** Does the tasks of one thread, one after the other, as they arrive. */
export function serveTasks(port: MessagePort, setup: Setup): void {
  const stop = new AbortController();
  let progress = { bytes: 0, items: 0 };
  const post = (event?: ThreadEvent, memory: readonly ArrayBuffer[] = []): void => {
    port.postMessage({ progress, ...(event && { event }) } satisfies FromThread, memory);
    progress = { bytes: 0, items: 0 };
  };
  const output = threadOutput((chunk) => post({ chunk }, [chunk.buffer]));
  const format = (formats as Readonly<Record<string, Format>>)[setup.request.format];
  if (format === undefined) throw new Error(`no format ${setup.request.format}`);
  const worker: Worker = {
    setup,
    format,
    output,
    onStored: (stored) => post({ stored }),
    signal: stop.signal,
    spool: setup.spool && sharedSpool(setup.spool, true),
    files: rangedFiles(setup.files.paths, {
      chunkSize: CHUNK,
      ...setup.files.options,
      blocking: true,
      onBytes: (count) => {
        progress.bytes += count;
      },
    }),
    onItems: (count) => {
      progress.items += count;
    },
    onProgress: () => post(),
  };
  // Its failure is that of each task.
  worker.files.catch(() => undefined);
  let working = Promise.resolve();
  const work = async (task: Task): Promise<void> => {
    try {
      const done = await doTask(worker, task);
      output.flush();
      post({ done });
    } catch (error) {
      output.flush();
      post({ failed: sentError(error) });
    }
  };
  port.on('message', (message: ToThread) => {
    if (message === 'end') {
      const ended = new Error('the export has ended');
      stop.abort(ended);
      output.end(ended);
      void working.then(() => port.close());
    } else if ('free' in message) output.free(message.free);
    else working = working.then(() => work(message.task));
  });
}

interface Worker {
  readonly setup: Setup;
  readonly format: Format;
  readonly output: ThreadOutput;
  readonly spool: SharedSpool | undefined;
  readonly files: Promise<RangedFiles>;
  readonly signal: AbortSignal;
  onItems(count: number): void;
  /** Hands on bytes of the temporary file. */
  onStored(extents: readonly Extent[]): void;
  /** Tells of progress where no output does. */
  onProgress(): void;
}

function doTask(worker: Worker, task: Task): Promise<Results[Kind]> {
  if (task.kind === 'count') return count(worker, task);
  if (task.kind === 'read') return read(worker, task);
  return task.kind === 'write' ? write(worker, task) : writeRows(worker, task);
}

type TaskOf<K extends Kind> = Extract<Task, { readonly kind: K }>;

async function count({ files, onProgress }: Worker, { range }: TaskOf<'count'>): Promise<Results['count']> {
  try {
    const items = await (await files).count(range);
    onProgress();
    return { items };
  } catch (error) {
    // The items before the fault may be all that the window needs. Reading them shows it.
    if (error instanceof MalformedInputError) return { items: undefined };
    throw error;
  }
}

async function read(worker: Worker, { range, window }: TaskOf<'read'>): Promise<Results['read']> {
  const { setup, format, files, output, spool, signal, onItems, onProgress } = worker;
  const { request, settings } = setup;
  const source = await (await files).open(range);
  const { bytes, summary } = await readRange(source, { ...request, window }, format, {
    ...settings,
    chunkBytes: CHUNK,
    signal,
    onItems,
  });
  const way = wayOf(format, request.format, request.options);
  if (way === 'records' || way === 'rows') {
    for await (const chunk of bytes) await output.put(chunk);
    return { summary: await summary() };
  }
  let extents: readonly Extent[] = [];
  for await (const chunk of bytes) {
    extents = joined(extents, await spoolOf(spool).write(chunk));
    onProgress();
  }
  const known = await summary();
  const learned = await spoolOf(spool).write(Buffer.from(JSON.stringify(known.learned ?? null)));
  return { summary: known, spooled: { rows: known.records, extents, size: known.packed ?? 0, learned } };
}

async function write(worker: Worker, { names, rows }: TaskOf<'write'>): Promise<Results['write']> {
  const { setup, format, output, onStored, spool } = worker;
  if (format.kind !== 'table') throw new Error('no format of tables');
  const range = await spoolOf(spool).range(rows).open();
  if (range === undefined) return {};
  const { learned, packed } = range;
  const writeCell = format.cellWriter(setup.request.options, replacementTally());
  const mostStretches = Number.POSITIVE_INFINITY;
  for await (const given of arrangedRows(packed, { names, learned, writeCell, mostStretches })) {
    if (given instanceof Uint8Array) await output.put(given);
    else {
      output.flush();
      onStored(within(rows.extents, given.from, given.to));
    }
  }
  return {};
}

async function writeRows(worker: Worker, { run, names, measures, rows }: TaskOf<'run'>): Promise<Results['run']> {
  const { setup, format, spool } = worker;
  const { options } = setup.request;
  const replaced = replacementTally();
  const writer = format.kind === 'table' ? format.runs?.(options, setup.facts, replaced) : undefined;
  if (writer === undefined) throw new Error('no format whose rows are written by their numbers');
  const ranges = rows.map((range: SpooledRows) => spoolOf(spool).range(range));
  const blocks = blocksFrom(ranges, names, options, run.skip);
  const { bytes, content } = writeRun(writer, [run, names, measures, blocks], true);
  let extents: readonly Extent[] = [];
  for await (const chunk of bytes) extents = joined(extents, await spoolOf(spool).write(chunk));
  return { content: content(), replaced: replaced.kept(), extents };
}

function spoolOf(spool: SharedSpool | undefined): SharedSpool {
  if (spool === undefined) throw new Error('no temporary file');
  return spool;
}
