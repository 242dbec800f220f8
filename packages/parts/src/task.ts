import { nothingRead, type RangeOptions, type ReadSummary, readRange, windowIn } from '@dataset-items/exporter';
import { InvalidParameterError, MalformedInputError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { Formats } from '@dataset-items/serializers';
import type { FilesPart, Source, Window } from '@dataset-items/sources';
import type { OpenDataset, Range, RangedDataset } from './dataset.js';
import { startsOf } from './merge.js';
import { bytesName, faultName, summaryName, type Task } from './names.js';
import { formatNamed, type Plan, requestOf } from './plan.js';
import { getJson, type PartStore, putJson } from './store.js';
import type { CountSummary, StoredFault, WriteSummary } from './summaries.js';
import { writeRows } from './write.js';

export interface TaskOptions extends RangeOptions {
  readonly store: PartStore;
  /** Opens the data set of the plan. */
  readonly open: OpenDataset;
  /** The formats with which the export was planned. Default: those of the library. */
  readonly formats?: Formats | undefined;
}

/** What a task has done. */
export interface Done {
  /** Bytes written to the store. */
  readonly bytes: number;
  /** Records read or rows written. */
  readonly records: number;
  /** The task had been done before, and nothing was done now. */
  readonly foundDone: boolean;
}

/**
 * Does one task. Doing it again writes the same bytes to the same names, so it may be repeated, and be done by two processes at once.
 * @throws MalformedInputError and UnreadableSourceError as `exportItems`; InvalidParameterError for a task that the plan does not have
 */
export async function runTask(plan: Plan, task: Task, options: TaskOptions): Promise<Done> {
  const { store } = options;
  const range = plan.ranges[task.index];
  const summary = summaryName(plan, task);
  if ((await store.size(summary)) !== undefined) {
    const { bytes = 0, records = 0 } = await getJson<Partial<WriteSummary>>(store, summary);
    return { bytes, records, foundDone: true };
  }
  if (task.kind === 'write') {
    const written = await writeRows(plan, task, options);
    await putJson(store, summary, written);
    return { bytes: written.bytes, records: written.records, foundDone: false };
  }
  if (range === undefined || (task.kind === 'count' && !plan.isCounted)) throw notATask(task);
  if (task.kind === 'count') {
    await putJson(store, summary, { items: await countedItems(plan, range, options) } satisfies CountSummary);
    return { bytes: 0, records: 0, foundDone: false };
  }
  const read = await readTask(plan, task, range, options);
  await putJson(store, summary, read);
  return { bytes: read.bytes, records: read.records, foundDone: false };
}

function notATask({ kind, index }: Task): InvalidParameterError {
  return new InvalidParameterError('task', `${kind} ${index}`, 'a task of the stage that is next');
}

async function countedItems(plan: Plan, range: Range, { open }: TaskOptions): Promise<number | null> {
  const dataset = await openDataset(plan, open);
  if (dataset.by !== 'bytes' || !('files' in range)) throw new UnreadableSourceError(plan.dataset, 'is not split by bytes');
  try {
    return await dataset.count(range.files);
  } catch (error) {
    // The items before the fault may be all that the window needs. Reading them shows it.
    if (error instanceof MalformedInputError) return null;
    throw error;
  }
}

async function readTask(plan: Plan, task: Task, range: Range, options: TaskOptions): Promise<ReadSummary> {
  const { store, open, formats, ...settings } = options;
  const request = requestOf(plan, formats);
  const format = formatNamed(request.format, formats);
  const dataset = await openDataset(plan, open);
  const window = await windowOf(plan, task.index, store);
  if (window.limit === 0) return nothingRead;
  const { source, linesRead, inFile } = await openRange(plan, dataset, range);
  try {
    const { bytes, summary } = await readRange(source, { ...request, window }, format, settings);
    await store.put(bytesName(plan, task), bytes);
    const lines = linesRead();
    return { ...(await summary()), ...(lines.length > 0 && { lines }) };
  } catch (error) {
    if (!(error instanceof MalformedInputError)) throw error;
    const named = await inFile(error);
    await putJson(store, faultName(plan, task), faultOf(named));
    throw named;
  }
}

/** Lines are counted in each range and added up by the join, but where ranges are read backwards, or in part. */
async function openRange(
  plan: Plan,
  dataset: RangedDataset,
  range: Range,
): Promise<Pick<FilesPart, 'linesRead' | 'inFile'> & { readonly source: Source }> {
  const named = { linesRead: () => [], inFile: async (error: MalformedInputError) => error };
  if (dataset.by === 'items' && 'items' in range) return { source: await dataset.open(), ...named };
  if (dataset.by === 'bytes' && 'files' in range) {
    if (!plan.window.desc && !plan.isCounted) return dataset.openPart(range.files);
    return { source: await dataset.open(range.files), ...named };
  }
  throw new UnreadableSourceError(dataset.facts.name, 'is split in another way than the plan says');
}

/** The part of the window that is in a range, as a window over the range. `limit` 0: none. */
async function windowOf(plan: Plan, index: number, store: PartStore): Promise<Window> {
  const { offset, limit = Number.POSITIVE_INFINITY, desc } = plan.window;
  const range = plan.ranges[index] as Range;
  if ('items' in range) return { offset: range.items[0], limit: range.items[1] - range.items[0], desc };
  if (!plan.isCounted) return { offset: 0, limit: Number.POSITIVE_INFINITY, desc };
  const starts = await startsOf(plan, store);
  return windowIn({ offset, limit, desc }, starts[index] ?? Number.POSITIVE_INFINITY);
}

/** @throws UnreadableSourceError if the items have changed since the export was planned */
async function openDataset(plan: Plan, open: OpenDataset): Promise<RangedDataset> {
  const dataset = await open(plan.dataset);
  if (dataset.version === plan.datasetVersion) return dataset;
  throw new UnreadableSourceError(dataset.facts.name, 'has changed since the export was planned');
}

function faultOf({ source, line, byte, reason, item }: MalformedInputError): StoredFault {
  return { source, line, byte, reason, ...(item !== undefined && { item }) };
}
