import { randomUUID } from 'node:crypto';
import type { BullExportQueue } from '@dataset-items/bullmq';
import { type ExportJob, type ExportState, exportParameters } from '@dataset-items/exporter';
import type { PartStore } from '@dataset-items/parts';
import { InvalidParameterError, parseParameters, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { formats, parametersOf, tableParameters } from '@dataset-items/serializers';
import { exportTable, progressLine } from './export-table.js';
import { commandDefaults, joinParameters, type Parameters, textsOf } from './flags.js';
import { loadQueue } from './load-queue.js';
import { findTarget, writeToFile } from './output/file.js';
import { writeToStandardOutput } from './output/standard.js';
import { oneChunk } from './output/stream.js';
import { bytesOf } from './proxy-flags.js';
import { runWorker } from './run-worker.js';
import { loadViews } from './schema.js';
import { notify, paint, shown } from './terminal.js';
import { unknownWords, warningsOf } from './words.js';
import { secondsOf, type WorkFlags, type WorkStep, workParameters } from './work-flags.js';
import { placeOf, type Settings } from './work-place.js';

/** Runs a worker, or does one thing with a queue. */
export async function runWork(step: WorkStep, name: string | undefined, flags: WorkFlags, signal: AbortSignal): Promise<void> {
  const settings = parseParameters(workParameters, textsOf(workParameters, flags), { local: true });
  const place = await placeOf(settings);
  if (step === 'run') return runWorker(place, name, flags, signal);
  const { exportQueue } = await loadQueue();
  let problem: Error | undefined;
  const queue = exportQueue({
    ...place.at,
    ...(place.open && { open: place.open }),
    onError: (error) => {
      if (problem?.message !== error.message) notify(`${paint.yellow('warning:')} ${shown(error.message)}`);
      problem = error;
    },
  });
  try {
    await steps[step]({ queue, name, flags, settings, store: place.at.store, signal });
  } finally {
    await queue.close();
  }
}

interface Asked {
  readonly queue: BullExportQueue;
  readonly name: string | undefined;
  readonly flags: WorkFlags;
  readonly settings: Settings;
  readonly store: PartStore;
  readonly signal: AbortSignal;
}

const ended: ReadonlySet<ExportState> = new Set(['done', 'failed', 'cancelled']);

const steps: Readonly<Record<Exclude<WorkStep, 'run'>, (asked: Asked) => Promise<void>>> = {
  async submit({ queue, name, flags, settings, signal }) {
    if (name === undefined) throw new InvalidParameterError('name', '', 'the name of a data set');
    const query = new URLSearchParams(flags.query);
    const request = joinParameters(query, textsOf(exportParameters as Parameters, flags));
    const job = await queue.submit(name, request, {
      ...{ id: settings.id ?? randomUUID(), local: true, withoutColumns: 'write' },
      defaults: commandDefaults({ ...parametersOf(formats), ...tableParameters }),
      views: flags.schema === undefined ? undefined : await loadViews(flags.schema),
      rangeBytes: bytesOf(settings.rangeSize ?? ''),
    });
    for (const warning of unknownWords(query, parametersOf(formats))) {
      if (!flags.quiet) notify(`${paint.yellow('warning:')} ${warning}`);
    }
    await print(`${job.id}\n`, signal);
    if (settings.progress) await follow(job, signal);
  },
  async list({ queue, name, signal }) {
    none(name);
    await print(exportTable(await queue.list(), new Date()), signal);
  },
  async show({ queue, name, settings, signal }) {
    const job = await found(queue, name);
    if (settings.progress) return follow(job, signal);
    for await (const progress of job.progress(signal)) {
      await print(`${progressLine(job.id, progress)}\n`, signal);
      // It throws the reason.
      if (progress.state === 'failed') await job.result(signal);
      break;
    }
  },
  async cancel({ queue, name }) {
    const job = await found(queue, name);
    const state = await job.state();
    await job.cancel();
    if (ended.has(state)) notify(`${paint.yellow('warning:')} ${shown(job.id)} was ${state} already`);
  },
  async result({ queue, name, flags, settings, store, signal }) {
    const { output, force = false, quiet } = flags;
    const target = output === undefined ? undefined : await findTarget(output, force);
    const job = await found(queue, name);
    if (settings.progress) await follow(job, signal);
    const { read, report, name: stored } = await job.result(signal);
    if (target === undefined) await print(`${shown(stored)}\n`, signal);
    else await writeToFile(read(), target, signal);
    const { findOutcome } = await import('@dataset-items/parts');
    const { limits } = (await findOutcome(job.id, store)) ?? {};
    if (quiet || limits === undefined) return;
    for (const warning of warningsOf(report, limits)) notify(`${paint.yellow('warning:')} ${warning}`);
  },
  async sweep({ queue, name, settings, signal }) {
    none(name);
    const seconds = secondsOf(settings.olderThan ?? '7d') ?? 0;
    const removed = await queue.sweep(new Date(Date.now() - seconds * 1000), { results: settings.results === true });
    await print(`${removed}\n`, signal);
  },
};

async function found(queue: BullExportQueue, id: string | undefined): Promise<ExportJob> {
  if (id === undefined) throw new InvalidParameterError('name', '', 'the id of an export');
  const job = await queue.find(id);
  if (job === undefined) throw new UnreadableSourceError(id, 'there is no such export', { missing: 'Export' });
  return job;
}

function none(name: string | undefined): void {
  if (name !== undefined) throw new InvalidParameterError('name', name, 'no name with this step');
}

/** Prints how far an export is until it ends. @throws its error */
async function follow(job: ExportJob, signal: AbortSignal): Promise<void> {
  let last = '';
  for await (const progress of job.progress(signal)) {
    const line = progressLine(job.id, progress);
    if (line !== last) notify(line);
    last = line;
  }
  await job.result(signal);
}

async function print(text: string, signal: AbortSignal): Promise<void> {
  await writeToStandardOutput(oneChunk(text), signal);
}
