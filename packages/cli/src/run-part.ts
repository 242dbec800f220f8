import { exportParameters } from '@dataset-items/exporter';
import type { PartStore, RangedDataset, Task } from '@dataset-items/parts';
import { InvalidParameterError, parseParameters } from '@dataset-items/query-pipeline';
import { formats, parametersOf, tableParameters } from '@dataset-items/serializers';
import type { ReadOptions } from '@dataset-items/sources';
import { commandDefaults, joinParameters, type Parameters, textsOf } from './flags.js';
import { findTarget, writeToFile } from './output/file.js';
import { print, writeToStandardOutput } from './output/standard.js';
import { oneChunk } from './output/stream.js';
import { type PartFlags, type PartStep, partParameters } from './part-flags.js';
import { noPlugin } from './plugin.js';
import { bytesOf } from './proxy-flags.js';
import { readingOf } from './reading.js';
import { loadViews } from './schema.js';
import { type StoredAt, storedAt } from './stored-at.js';
import { notify, paint, shown } from './terminal.js';
import { unknownWords, warningsOf } from './words.js';

/** The export that a step is about. */
interface Place extends Pick<StoredAt, 'dataset'> {
  readonly store: PartStore;
  readonly id: string;
}

type Parts = typeof import('@dataset-items/parts');

/** Does one step of an export in parts. */
export async function runPart(step: PartStep, words: readonly string[], flags: PartFlags, signal: AbortSignal): Promise<void> {
  // Loaded on demand, because other commands do not need it.
  const parts = await import('@dataset-items/parts');
  const given = parseParameters(partParameters, textsOf(partParameters, flags), { local: true });
  const { store, id, rangeSize, pathStyle } = given;
  if (store === undefined) throw new InvalidParameterError('store', '', 'a directory, or s3://<bucket>/<prefix>');
  if (id === undefined) throw new InvalidParameterError('id', '', 'the name of the export');
  const stored = storedAt(parts, { pathStyle });
  const place = { ...stored, store: await stored.store(store), id };
  if (step === 'plan') return plan(parts, place, words, { ...flags, rangeBytes: bytesOf(rangeSize ?? '') });
  if (step === 'run') return run(parts, place, words, flags, signal);
  if (words.length > 0) throw new InvalidParameterError('file', words.join(' '), 'no files, which belong to part plan');
  return step === 'next' ? next(parts, place, signal) : join(parts, place, flags, signal);
}

/** What tasks need to open the files again. */
interface Reference {
  readonly files: readonly string[];
  readonly reading: ReadOptions;
}

async function plan(
  { planExport, storePlan }: Parts,
  { store, id, dataset }: Place,
  files: readonly string[],
  flags: PartFlags & { readonly rangeBytes: number | undefined },
): Promise<void> {
  if (files.length === 0) throw new InvalidParameterError('file', '', 'files, because standard input can be read only once');
  const query = new URLSearchParams(flags.query);
  const request = joinParameters(query, textsOf(exportParameters as Parameters, flags));
  const { inputs: _, inputOptions: __, ...reading } = readingOf(flags, noPlugin, {});
  const planned = await planExport(await dataset(files, reading), request, {
    ...{ id, dataset: JSON.stringify({ files, reading } satisfies Reference), local: true, withoutColumns: 'write' },
    defaults: commandDefaults({ ...parametersOf(formats), ...tableParameters }),
    views: flags.schema === undefined ? undefined : await loadViews(flags.schema),
    rangeBytes: flags.rangeBytes,
  });
  await storePlan(planned, store);
  for (const warning of unknownWords(query, parametersOf(formats))) notify(`${paint.yellow('warning:')} ${warning}`);
  print(`${planned.ranges.length}\n`);
}

async function run(
  { loadPlan, runTask }: Parts,
  { store, id, dataset }: Place,
  words: readonly string[],
  { temporaryDirectory }: PartFlags,
  signal: AbortSignal,
): Promise<void> {
  const task = taskOf(words);
  const open = (reference: string): Promise<RangedDataset> => {
    const { files, reading }: Reference = JSON.parse(reference);
    return dataset(files, { ...reading, temporaryDirectory });
  };
  await runTask(await loadPlan(id, store), task, { store, open, signal, temporaryDirectory });
}

/** @throws InvalidParameterError */
function taskOf(words: readonly string[]): Task {
  const [, kind, index] = /^(count|read|write) (\d{1,5})$/.exec(words.join(' ')) ?? [];
  if (kind !== undefined) return { kind: kind as Task['kind'], index: Number(index) };
  throw new InvalidParameterError('task', words.join(' '), 'a task as `part next` prints it, such as read 0');
}

async function next({ findOutcome, loadPlan, nextStage }: Parts, { store, id }: Place, signal: AbortSignal): Promise<void> {
  const isJoined = (await findOutcome(id, store)) !== undefined;
  const stage = isJoined ? { join: true as const } : await nextStage(await loadPlan(id, store), store);
  const lines = 'join' in stage ? ['join'] : stage.tasks.map(({ kind, index }) => `${kind} ${index}`);
  await writeToStandardOutput(oneChunk(`${lines.join('\n')}\n`), signal);
}

async function join(
  { findOutcome, joinExport, loadPlan, removeParts, removeResult }: Parts,
  { store, id }: Place,
  { output, force, quiet }: PartFlags,
  signal: AbortSignal,
): Promise<void> {
  const target = output === undefined ? undefined : await findTarget(output, force ?? false);
  const before = await findOutcome(id, store);
  const { name, report, limits } = before ?? (await joinExport(await loadPlan(id, store), store));
  await removeParts({ id }, store);
  if (target === undefined) print(`${shown(name)}\n`);
  else {
    await writeToFile(store.get(name), target, signal);
    await removeResult(id, store);
  }
  if (!quiet) for (const warning of warningsOf(report, limits)) notify(`${paint.yellow('warning:')} ${warning}`);
}
