import { NoColumnsError } from '@dataset-items/query-pipeline';
import { ByteWriter, type RowRun, type RunContent, type TableFrame, type TableRuns } from '@dataset-items/serializers';
import type { Lane } from '../lanes/lane.js';
import { blocksFrom, columnsToMerge } from '../ranges/stored-rows.js';
import type { Results, SpooledRows } from './messages.js';
import { type SharedSpool, sharedSpool } from './spool.js';
import type { Working } from './working.js';

type Columned = Required<Pick<Lane, 'chunks' | 'columns'>>;

/** A table. Unless the caller has fixed the columns, all ranges are read before this resolves. @throws NoColumnsError */
export async function tableOf(working: Working): Promise<Columned> {
  const { order, split, read } = working;
  const { format, options, facts, replaced, settings } = order;
  if (format.kind !== 'table') throw new Error('no format of tables');
  const columns = columnsToMerge(order.request);
  if (split.way === 'rows') {
    const { names } = columns.finish();
    const rows = async function* (): AsyncGenerator<Uint8Array> {
      for await (const given of read()) {
        if ('chunk' in given) yield given.chunk;
        else if (given.summary.learned !== undefined) columns.learn(given.summary.learned);
      }
    };
    return { chunks: framed(() => format.frame?.(options, facts, replaced), names, rows()), columns: columns.report };
  }
  const stored: SpooledRows[] = [];
  for await (const given of read()) {
    if ('chunk' in given) continue;
    const { summary, spooled } = given;
    if (summary.learned !== undefined) columns.learn(summary.learned);
    if (spooled !== undefined) stored.push(spooled);
  }
  const { names } = columns.finish();
  if (names.length === 0 && settings.withoutColumns !== 'write') throw new NoColumnsError();
  const runs = format.runs?.(options, facts, replaced);
  const chunks =
    runs === undefined
      ? framed(() => format.frame?.(options, facts, replaced), names, rowsOf(working, names, stored))
      : joinedRuns(working, runs, names, stored);
  return { chunks, columns: columns.report };
}

async function* framed(
  frameOf: () => TableFrame | undefined,
  names: readonly string[],
  rows: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const frame = frameOf();
  if (frame === undefined) throw new Error('no frame of tables');
  const writer = new ByteWriter();
  frame.head(writer, names);
  for await (const chunk of rows) {
    if (writer.length > 0) yield writer.take();
    yield chunk;
  }
  frame.tail(writer, names);
  if (writer.length > 0) yield writer.take();
}

async function* rowsOf(working: Working, names: readonly string[], stored: readonly SpooledRows[]): AsyncGenerator<Uint8Array> {
  if (names.length === 0) return;
  const tasks = stored.filter(({ rows }) => rows > 0).map((rows) => ({ kind: 'write', names, rows }) as const);
  const kept = sharedSpoolOf(working);
  for await (const given of working.pool.run<'write'>(tasks)) {
    if ('chunk' in given) yield given.chunk;
    else if ('stored' in given) yield* kept.read(given.stored);
  }
}

/** A table whose rows are written by their numbers. What a run consists of must be known before the first byte of the file. */
async function* joinedRuns(
  working: Working,
  runs: TableRuns,
  names: readonly string[],
  stored: readonly SpooledRows[],
): AsyncGenerator<Uint8Array> {
  const { order, split, pool } = working;
  const kept = sharedSpoolOf(working);
  const { options, replaced } = order;
  const total = stored.reduce((sum, { rows }) => sum + rows, 0);
  const planned = runs.split(total, names, Math.ceil(total / split.ranges.length));
  const measures = await runs.measure(names, blocksFrom(stored.map(kept.range), names, options, 0));
  const tasks = planned.map((run) => ({ kind: 'run', run, names, measures, rows: stored }) as const);
  const written: (Results['run'] & { readonly run: RowRun; readonly content: RunContent })[] = [];
  for await (const given of pool.run<'run'>(tasks)) {
    if ('result' in given) written.push({ ...given.result, run: planned[given.index] as RowRun });
  }
  for await (const piece of runs.join(names, written)) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* kept.read(written[piece.run]?.extents ?? []);
  }
  for (const run of written) replaced.learn(run.replaced);
}

function sharedSpoolOf({ spool, order: { settings } }: Working): SharedSpool {
  if (spool === undefined) throw new Error('no temporary file');
  return sharedSpool(spool, settings.blocking ?? false);
}
