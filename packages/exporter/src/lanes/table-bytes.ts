import { type Dialect, type Kernel, mostColumns, openKernel } from '@dataset-items/kernel';
import { type Columns, fixedColumns, foundColumns, type Plan, type PlanPlace } from '@dataset-items/query-pipeline';
import {
  type ByteWriter,
  blocksOfRows,
  type CellForm,
  type CellWriter,
  type RowBlock,
  type RowCollector,
  rowCollector,
  rowStreamer,
  spooledTable,
  type Table,
  table,
} from '@dataset-items/serializers';
import { type KernelNumbers, kernelNumbers } from './changed-numbers.js';
import { escapesOf } from './escapes.js';
import { type Texts, textsOf } from './json-texts.js';
import type { Lane, Order } from './lane.js';
import { numberedRows } from './numbered.js';
import { programOf } from './program.js';
import { type Asides, recordsOf, runText } from './run-text.js';

/** Records as rows of a table. @returns `undefined` if there is no kernel, or the table is not supported */
export async function tableByteLane(order: Order, plan: Plan, form: CellForm): Promise<Lane | undefined> {
  const { format, compiled, options, facts, replaced, tableOptions } = order;
  if (format.kind !== 'table') return undefined;
  const fixed = tableOptions.columns;
  if ((fixed?.length ?? 0) > mostColumns) return undefined;
  const columns = fixed === undefined ? foundColumns(compiled.layout, tableOptions) : fixedColumns(fixed);
  const met: Met = { highest: -1 };
  const numbers = kernelNumbers(order);
  /** The id from 1. -1: the column is dropped; 0: there is no room for it. */
  const columnOf = ({ column, field }: PlanPlace): number => {
    const id = columns.idOf(column, field);
    if (id < 0) return -1;
    if (id >= mostColumns) return 0;
    met.highest = Math.max(met.highest, id);
    return id + 1;
  };
  const writing = { kind: 'table', longestText: form.longest } as const;
  const program = { ...programOf(plan, columnOf, numbers), writing, dialect: dialectOf(form) };
  const kernel = openKernel(program, { outputSize: order.settings.chunkBytes });
  if (kernel === undefined) return undefined;
  const texts = await textsOf(order, kernel);
  if (texts === undefined) {
    kernel.close();
    return undefined;
  }
  const latest: Latest = { isLent: false };
  const rows = { order: { ...order, numbers }, plan, kernel, columns, met, texts, latest };
  let made: Table;
  try {
    made = fixed === undefined ? await spooledRows(rows) : streamedRows(rows);
  } catch (error) {
    kernel.close();
    throw error;
  }
  const numbered = numberedRows();
  const close = async (): Promise<void> => {
    kernel.close(latest.isLent);
    numbered.close();
    await made.close();
  };
  return {
    chunks: format.serializer(options, facts, replaced)({ ...made, openNumbered: numbered.open }),
    columns: made.report,
    close,
  };
}

interface Met {
  /** The highest column id that the kernel has got. -1: none. */
  highest: number;
}

interface Latest {
  /** The latest block is in the memory of the kernel, and the next one is not requested yet. */
  isLent: boolean;
}

interface Rows {
  readonly order: Order & { readonly numbers: KernelNumbers };
  readonly plan: Plan;
  readonly kernel: Kernel;
  readonly columns: Columns;
  readonly met: Met;
  readonly texts: Texts;
  readonly latest: Latest;
}

/**
 * Size of a block in bytes for a caller that reuses chunks, such as the command. Writing a block takes 0.1 ms of the main thread, whatever its
 * size (docs/performance.md#reading). A server has many exports at once, so it keeps the smaller default.
 */
const LARGE_BLOCK = 768 * 1024;

/** Smallest size in bytes of rows that are a block where the kernel has written them. Fewer are copied, because a block takes some time itself. */
const LENT = 64 * 1024;

/** Rows in blocks, with the columns that were known when each block was written. */
async function spooledRows(rows: Rows): Promise<Table> {
  const { order, columns } = rows;
  const { format, options, replaced, tableOptions } = order;
  if (format.kind !== 'table') throw new Error('no format of tables');
  const writeCell = format.cellWriter(options, replaced);
  const collector = collectorOf(rows, writeCell);
  return spooledTable(columns, { shapes: collector.shapes, blocks: blocksOf(rows, collector) }, writeCell, tableOptions);
}

function collectorOf({ order, columns }: Rows, writeCell: CellWriter): RowCollector {
  return rowCollector(columns, writeCell, order.settings.reusesChunks ? LARGE_BLOCK : undefined);
}

async function* blocksOf(
  { order, plan, kernel, columns, met, texts, latest }: Rows,
  collector: RowCollector,
): AsyncGenerator<RowBlock> {
  /** The columns of rows that are written now: all ids up to some id, in order, so that later rows need no change. */
  const current: number[] = [];
  let shape = collector.shapeOf([]);
  let rows = 0;
  const blockOf = blocksOfRows();
  // A part, or a temporary file whose calls block, is done with a block when the next one is requested. Another temporary file is still being
  // written while the kernel runs on.
  const lends = order.settings.blocking === true || order.tableOptions.isPart === true;
  /** Begins an epoch, which is a series of rows with the same columns. @returns false: there are too many shapes */
  const beginEpoch = (ids: readonly number[]): boolean => {
    const made = collector.shapeOf(ids);
    if (made < 0) return false;
    shape = made;
    kernel.setColumns(ids.map((id) => id + 1));
    return true;
  };
  const asides: Asides<RowBlock> = {
    async *write(item, written) {
      for await (const record of recordsOf(item, written, order, plan, kernel)) {
        order.handed.records += 1;
        await inParts(collector.leaves.read(record), order);
        collector.addRow();
        const block = collector.full ? collector.takeBlock() : undefined;
        if (block !== undefined) yield block;
      }
    },
    take: (output) => {
      const count = kernel.written - rows;
      rows = kernel.written;
      order.handed.records += count;
      latest.isLent = lends && collector.isEmpty && !output.isPartial && output.bytes.length >= LENT;
      if (latest.isLent) return blockOf(output, count, shape);
      collector.addRows(output, count, shape);
      return collector.full && !output.isPartial ? collector.takeBlock() : undefined;
    },
    newColumns: () => {
      // Includes lower ids that occurred only in parsed items.
      const ids = [...current];
      for (let id = current.length; id <= met.highest; id++) ids.splice(placeOf(id, ids, columns), 0, id);
      if (!beginEpoch(ids)) return false;
      current.splice(0, current.length, ...ids);
      return true;
    },
  };
  try {
    for await (const text of texts) {
      yield* runText(kernel, text, asides, order);
      await order.pause();
    }
    latest.isLent = false;
    const block = collector.takeBlock();
    if (block !== undefined) yield block;
    // A thread reads many ranges. Other exports end soon, or have a temporary file that may still be writing.
    if (order.tableOptions.isPart === true) collector.free();
  } finally {
    // Whoever ends the walk early may still be writing the latest block somewhere.
    kernel.close(latest.isLent);
  }
}

/** The place of a column among others that are in order. */
function placeOf(id: number, ids: readonly number[], { compare }: Columns): number {
  let [from, to] = [0, ids.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(ids[middle] as number, id) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Rows with columns that the caller has fixed. */
function streamedRows(rows: Rows): Table {
  const { order, plan, kernel, columns, texts } = rows;
  const { format, options, replaced } = order;
  if (format.kind !== 'table') throw new Error('no format of tables');
  const final = columns.finish();
  const { names } = final;
  const writeCell = format.cellWriter(options, replaced);
  const { leaves, writeRow } = rowStreamer(columns, names.length, writeCell);
  const collector = collectorOf(rows, writeCell);
  const write = async function* (writer: ByteWriter): AsyncGenerator<Uint8Array> {
    let counted = 0;
    kernel.setColumns(names.map((_, column) => column + 1));
    const asides: Asides<Uint8Array> = {
      async *write(item, written) {
        for await (const record of recordsOf(item, written, order, plan, kernel)) {
          order.handed.records += 1;
          await inParts(leaves.read(record), order);
          writeRow(writer);
          if (writer.full) yield writer.take();
        }
      },
      take: ({ bytes, isPartial }) => {
        order.handed.records += kernel.written - counted;
        counted = kernel.written;
        writer.copy(bytes);
        return writer.full && !isPartial ? writer.take() : undefined;
      },
      held: () => writer.held(),
    };
    for await (const text of texts) {
      yield* runText(kernel, text, asides, order);
      await order.pause();
    }
  };
  return table(columns, final, {
    shapes: collector.shapes,
    blocks: blocksOf(rows, collector),
    write,
    reusesChunks: order.settings.reusesChunks,
    close: async () => kernel.close(),
  });
}

/** Reads the rest of a record with many values, with pauses between its parts. */
async function inParts(parts: Iterable<void> | undefined, { pause }: Order): Promise<void> {
  if (parts !== undefined) for (const _ of parts) await pause();
}

function dialectOf({
  text,
  row,
  before,
  after,
  number = { before, after },
  beforeBlanks = '',
  nullCell,
  guard,
}: CellForm): Dialect {
  const guarded = Array.from(guard?.characters ?? '', (character) => character.codePointAt(0) as number);
  return {
    ...escapesOf(text),
    ...{ guarded, guard: Buffer.from(guard?.by ?? ''), nullCell: Buffer.from(nullCell) },
    ...{ beforeText: Buffer.from(before), afterText: Buffer.from(after), beforeBlanks: Buffer.from(beforeBlanks) },
    ...{ beforeValue: Buffer.from(number.before), afterValue: Buffer.from(number.after) },
    ...{ beforeRow: Buffer.from(row.start), betweenCells: Buffer.from(row.separator) },
    ...{ afterRow: Buffer.from(row.end), gapCell: Buffer.from(row.gap) },
  };
}
