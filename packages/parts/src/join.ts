import { mergeReports, type ReadSummary, type Report, type Way, wayOf } from '@dataset-items/exporter';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { ByteWriter, type Formats, type ReplacementTally, type RowRun, replacementTally } from '@dataset-items/serializers';
import { summariesOf } from './merge.js';
import {
  bytesName,
  checkedId,
  folderOf,
  mergedName,
  outcomeName,
  planName,
  resultName,
  resultsFolder,
  summaryName,
  workFolder,
} from './names.js';
import { nextStage } from './next.js';
import { factsOf, formatNamed, type Plan, requestOf } from './plan.js';
import { getJson, type PartStore, type Piece, putJson } from './store.js';
import type { Merged, WriteSummary } from './summaries.js';

/** The result of an export in the store. */
export interface Outcome {
  /** The name of its bytes. */
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  readonly report: Report;
  /** The limits of a table, which dropped columns were over. */
  readonly limits: { readonly maxColumns: number; readonly maxNameLength: number };
}

/**
 * Joins the parts of an export whose tasks are all done. Doing it again gives the same.
 * @throws InvalidParameterError if tasks are left, and the errors of `nextStage`
 */
export async function joinExport(plan: Plan, store: PartStore, formats?: Formats): Promise<Outcome> {
  const before = await findOutcome(plan.id, store);
  if (before !== undefined) return before;
  const stage = await nextStage(plan, store, formats);
  if ('tasks' in stage) {
    const [first] = stage.tasks;
    const left = `${stage.tasks.length} tasks are left, the first is ${first?.kind} ${first?.index}`;
    throw new InvalidParameterError('id', plan.id, `an export whose tasks are all done; ${left}`);
  }
  const request = requestOf(plan, formats);
  const { mediaType, extension } = formatNamed(request.format, formats);
  const way = wayOf(formatNamed(request.format, formats), request.format, request.options);
  const merged = way === 'records' ? undefined : await getJson<Merged>(store, mergedName(plan));
  const replaced = replacementTally();
  const reports = mergeReports(replaced);
  for await (const summary of summariesOf(plan, store)) reports.add(summary);
  const counts = reports.read();
  const around = replacementTally();
  const pieces = await piecesOf(plan, store, { merged, way, around, formats, any: counts.recordsWritten > 0 });
  const name = resultName(plan, extension);
  const bytes = await store.join(name, pieces, { mediaType });
  const report: Report = {
    ...counts,
    complete: true,
    bytesWritten: bytes,
    // A single process writes the header row last where rows wait for the columns, and else first.
    replaced: inOrder(way === 'spool' || way === 'runs' ? [replaced, around] : [around, replaced]).read(),
    ...(merged && { columns: merged.report }),
  };
  const { maxColumns = 2000, maxNameLength = 200 } = request.options;
  const made = { name, bytes, mediaType, extension, report, limits: { maxColumns, maxNameLength } };
  await putJson(store, outcomeName(plan), made);
  return made;
}

/** The result of an export that was joined, also when its parts and its plan were removed. `undefined`: it was not joined. */
export async function findOutcome(id: string, store: PartStore): Promise<Outcome | undefined> {
  const name = outcomeName({ id: checkedId(id) });
  return (await store.size(name)) === undefined ? undefined : getJson<Outcome>(store, name);
}

function inOrder(tallies: readonly ReplacementTally[]): ReplacementTally {
  const all = replacementTally();
  for (const tally of tallies) all.learn(tally.kept());
  return all;
}

interface Joined {
  readonly way: Way;
  readonly merged: Merged | undefined;
  /** Counts what is replaced before and after the parts. */
  readonly around: ReplacementTally;
  readonly formats: Formats | undefined;
  /** Whether there is a record. */
  readonly any: boolean;
}

type Written = NonNullable<WriteSummary['run']> & { readonly run: RowRun };

/** What the result consists of: the head, the parts that have anything, and the tail. */
async function piecesOf(plan: Plan, store: PartStore, { way, merged, around, formats, any }: Joined): Promise<Piece[]> {
  const { format: name, options } = requestOf(plan, formats);
  const format = formatNamed(name, formats);
  const writer = new ByteWriter();
  if (format.kind === 'document') {
    const frame = format.frame?.(options, factsOf(plan), around);
    if (frame === undefined) return [];
    const { head, first = '', between = '', tail } = frame;
    writer.text(await head());
    if (any) writer.text(first);
    const before = writer.take();
    writer.text(tail(any));
    // Each part begins with the separator of records, which the first record must not have.
    return [before, ...(await readParts(plan, store, Buffer.byteLength(between))), writer.take()];
  }
  const { names = [], runs = [] } = merged ?? {};
  if (way === 'runs') {
    const written: Written[] = [];
    for (const [index, run] of runs.entries()) {
      const summary = await getJson<WriteSummary>(store, summaryName(plan, { kind: 'write', index }));
      if (summary.run !== undefined) written.push({ ...summary.run, run });
    }
    const pieces: Piece[] = [];
    for await (const piece of format.runs?.(options, factsOf(plan), around).join(names, written) ?? []) {
      if (piece instanceof Uint8Array) pieces.push(piece);
      else
        pieces.push({
          name: bytesName(plan, { kind: 'write', index: piece.run }),
          from: 0,
          to: written[piece.run]?.content.compressedSize ?? 0,
        });
    }
    for (const { replaced } of written) around.learn(replaced);
    return pieces;
  }
  const frame = format.frame?.(options, factsOf(plan), around);
  frame?.head(writer, names);
  const before = writer.take();
  frame?.tail(writer, names);
  const parts = names.length === 0 ? [] : way === 'spool' ? await writtenPieces(plan, store) : await readParts(plan, store, 0);
  return [before, ...parts, writer.take()];
}

/** @param skip bytes at the start of the first part that are left out */
async function readParts(plan: Plan, store: PartStore, skip: number): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const index of plan.ranges.keys()) {
    const task = { kind: 'read', index } as const;
    const { records, bytes } = await getJson<ReadSummary>(store, summaryName(plan, task));
    if (records === 0) continue;
    pieces.push({ name: bytesName(plan, task), from: pieces.length === 0 ? skip : 0, to: bytes });
  }
  return pieces;
}

/** The rows of all ranges, of which some were written under the columns of all, and others have them since they were read. */
async function writtenPieces(plan: Plan, store: PartStore): Promise<Piece[]> {
  const all: Piece[] = [];
  for (const index of plan.ranges.keys()) {
    const { pieces = [] } = await getJson<WriteSummary>(store, summaryName(plan, { kind: 'write', index }));
    for (const { kind, from, to } of pieces) all.push({ name: bytesName(plan, { kind, index }), from, to });
  }
  return all;
}

/** Removes the result of an export. */
export async function removeResult(id: string, store: PartStore): Promise<void> {
  const outcome = await findOutcome(id, store);
  if (outcome === undefined) return;
  await store.remove(outcome.name);
  await store.remove(outcomeName({ id }));
}

/** Removes the plan and the parts of an export. Its result stays. */
export async function removeParts(plan: Pick<Plan, 'id'>, store: PartStore): Promise<void> {
  const last = planName(plan.id);
  const names: string[] = [];
  for await (const { name } of store.list(folderOf(plan))) if (name !== last) names.push(name);
  // A task counts as done while its summary exists, so this is removed before its bytes. The plan is last: it shows whose parts these are.
  for (const name of names.sort().reverse()) await store.remove(name);
  await store.remove(last);
}

export interface SweepOptions {
  /** Exports that stay, by their id, such as those that are still to be done. Default: none. */
  readonly keep?: ((id: string) => boolean | Promise<boolean>) | undefined;
  /** Also the results that are older. Default false. */
  readonly results?: boolean | undefined;
}

/**
 * Removes the parts of exports that nothing was written to since a date: those that were given up, and what a late task has left.
 * @returns the number of removed objects
 */
export async function sweep(
  store: PartStore,
  olderThan: Date,
  { keep = () => false, results = false }: SweepOptions = {},
): Promise<number> {
  const exports = new Map<string, { latest: number; names: string[] }>();
  for await (const { name, modifiedAt } of store.list(workFolder)) {
    const id = name.slice(workFolder.length).split('/')[0] as string;
    const known = exports.get(id) ?? { latest: 0, names: [] };
    exports.set(id, known);
    known.latest = Math.max(known.latest, modifiedAt.getTime());
    known.names.push(name);
  }
  const old: string[] = [];
  for (const [id, { latest, names }] of exports) {
    if (latest < olderThan.getTime() && !(await keep(id))) old.push(...names);
  }
  for await (const { name, modifiedAt } of store.list(resultsFolder)) {
    // What a killed join has left of a result in a directory.
    if ((results || name.endsWith('.partial')) && modifiedAt < olderThan) old.push(name);
  }
  for (const name of old) await store.remove(name);
  return old.length;
}
