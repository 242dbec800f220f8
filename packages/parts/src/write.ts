import { blocksFrom, wayOf, writeRun } from '@dataset-items/exporter';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { arrangedRows, type Formats, type RowStretch, replacementTally } from '@dataset-items/serializers';
import { bytesName, mergedName, type Task } from './names.js';
import { factsOf, formatNamed, type Plan, requestOf } from './plan.js';
import { getJson, type PartStore } from './store.js';
import { storedRanges } from './stored-rows.js';
import type { Merged, WriteSummary } from './summaries.js';

interface Writing {
  readonly store: PartStore;
  readonly formats?: Formats | undefined;
}

/** Writes the rows of a range, or a run of rows, under the columns of all ranges. @throws InvalidParameterError */
export async function writeRows(plan: Plan, task: Task, { store, formats }: Writing): Promise<WriteSummary> {
  const { format: name, options } = requestOf(plan, formats);
  const format = formatNamed(name, formats);
  const way = wayOf(format, name, options);
  const isMerged = (await store.size(mergedName(plan))) !== undefined;
  const merged = isMerged ? await getJson<Merged>(store, mergedName(plan)) : undefined;
  const refused = new InvalidParameterError('task', `write ${task.index}`, 'a task of the stage that is next');
  if (format.kind !== 'table' || merged === undefined) throw refused;
  if (way === 'runs') {
    const replaced = replacementTally();
    const run = merged.runs?.[task.index];
    const writer = format.runs?.(options, factsOf(plan), replaced);
    if (run === undefined || writer === undefined) throw refused;
    const blocks = blocksFrom(storedRanges({ plan, store, rows: merged.rows }), merged.names, options, run.skip);
    const { bytes, content } = writeRun(writer, [run, merged.names, merged.measures ?? [], blocks]);
    const size = await store.put(bytesName(plan, task), bytes);
    return { bytes: size, records: run.upTo - Math.max(run.after, 1), run: { content: content(), replaced: replaced.kept() } };
  }
  if (way !== 'spool' || plan.ranges[task.index] === undefined) throw refused;
  const { rows: records = 0, open } = storedRanges({ plan, store, rows: merged.rows })[task.index] ?? {};
  const range = records > 0 && merged.names.length > 0 ? await open?.() : undefined;
  if (range === undefined) return { bytes: 0, records: 0, pieces: [] };
  const writeCell = format.cellWriter(options, replacementTally());
  const mostStretches = Math.floor((mostPieces / plan.ranges.length - 1) / 2);
  const rows = arrangedRows(range.packed, { ...range, names: merged.names, writeCell, mostStretches });
  const { pieces, written } = piecesOf(rows);
  return { bytes: await store.put(bytesName(plan, task), written), records, pieces };
}

/** Pieces of all ranges that an object store can join, with room for the head and the tail. */
const mostPieces = 9_500;

/** Rows in order, and those of them that are to be written. `pieces` is complete after the last chunk. */
function piecesOf(rows: AsyncIterable<Uint8Array | RowStretch>) {
  const pieces: { kind: 'read' | 'write'; from: number; to: number }[] = [];
  let place = 0;
  const written = async function* (): AsyncGenerator<Uint8Array> {
    for await (const given of rows) {
      if (given instanceof Uint8Array) {
        const last = pieces.at(-1);
        if (last?.kind === 'write') last.to += given.length;
        else pieces.push({ kind: 'write', from: place, to: place + given.length });
        place += given.length;
        yield given;
      } else pieces.push({ kind: 'read', from: given.from, to: given.to });
    }
  };
  return { pieces, written: written() };
}
