import {
  type Arguments,
  type Columns,
  type FinalColumns,
  fixedColumns,
  foundColumns,
  list,
  NoColumnsError,
  type Records,
  wholeNumber,
} from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { rowArranger } from './arrange-rows.js';
import { type CollectedRows, collectRows } from './collect-rows.js';
import type { Pause } from './pause-every.js';
import { createSpool, type SpoolOptions } from './spool.js';
import { streamRows } from './stream-rows.js';
import { bareRow, type Table } from './table.js';

/** Parameters of every format with columns. */
export const tableParameters = {
  columns: list('Write exactly these columns, by their names in the table; rows are then written at once', { local: true }),
  maxColumns: wholeNumber('Largest number of columns; further columns are dropped', { defaultText: '2000', local: true }),
  maxNameLength: wholeNumber('Longest column name, in UTF-16 units; columns with longer names are dropped', {
    defaultText: '200',
    local: true,
  }),
} as const;

export interface TableOptions extends Arguments<typeof tableParameters>, SpoolOptions {
  /** Names of columns to place first, in this order. The others follow in the usual order. The set of columns does not change. */
  readonly columnOrder?: readonly string[] | undefined;
  /** What to do if there is no column. Default `refuse`. */
  readonly withoutColumns?: 'refuse' | 'write' | undefined;
  /** The rows are those of a part, which others finish with `learned`: they are handed on as they come, and no column is final. */
  readonly isPart?: boolean | undefined;
  /** Whether the memory of a chunk may be used again when the next chunk is requested. Default false. */
  readonly reusesChunks?: boolean | undefined;
  /** Awaited during long work, also within one record of many values. Default: no pause. */
  readonly pause?: Pause | undefined;
}

/**
 * Turns records into rows in one walk. Unless the caller fixes the columns, rows wait in a spool until the last record has arrived.
 * @throws NoColumnsError
 */
export async function tabulate(records: Records, writeCell: CellWriter, options: TableOptions = {}): Promise<Table> {
  if (options.columns !== undefined) return underFixedColumns(records, writeCell, fixedColumns(options.columns), options.pause);
  const columns = foundColumns(records.layout, options);
  return spooledTable(columns, collectRows(records, columns, writeCell, options.pause), writeCell, options);
}

/** Collected rows as a table. @throws NoColumnsError */
export async function spooledTable(
  columns: Columns,
  { shapes, blocks }: CollectedRows,
  writeCell: CellWriter,
  options: TableOptions,
): Promise<Table> {
  if (options.isPart) return partOfTable(columns, { shapes, blocks });
  const spool = createSpool(options);
  try {
    for await (const block of blocks) await spool.append(block);
    const final = columnsInOrder(columns.finish(), options.columnOrder);
    if (final.names.length === 0 && options.withoutColumns !== 'write') throw new NoColumnsError();
    const arrange = rowArranger({ ...final, shapes }, writeCell.row ?? bareRow);
    const { reusesChunks } = options;
    const write: Table['write'] = async function* (writer) {
      for await (const block of spool.read(reusesChunks)) yield* arrange.write(block, writer);
    };
    return table(columns, final, { shapes, blocks: spool.read(true), write, reusesChunks, close: spool.close });
  } catch (error) {
    await spool.close();
    throw error;
  }
}

/** Rows for `packTable`. */
function partOfTable(columns: Columns, rows: CollectedRows): Table {
  const write = (): never => {
    throw new Error('a part of a table is not written');
  };
  return table(columns, { names: [], positions: new Int32Array() }, { ...rows, write, close: async () => {} });
}

/** Puts the columns of `columnOrder` first. */
export function columnsInOrder(final: FinalColumns, order: readonly string[] = []): FinalColumns {
  if (order.length === 0) return final;
  const { names, positions } = final;
  const there = new Set(names);
  const first = new Set(order.filter((name) => there.has(name)));
  const ordered = [...first, ...names.filter((name) => !first.has(name))];
  const places = new Map(ordered.map((name, place) => [name, place]));
  return {
    names: ordered,
    positions: positions.map((position) => (position < 0 ? position : (places.get(names[position] as string) as number))),
  };
}

function underFixedColumns(records: Records, writeCell: CellWriter, columns: Columns, pause: Pause | undefined): Table {
  const final = columns.finish();
  const { shapes, blocks } = collectRows(records, columns, writeCell, pause);
  const write = (writer: ByteWriter) => streamRows(records, columns, final.names.length, writeCell, writer, pause);
  return table(columns, final, { shapes, blocks, write, close: async () => {} });
}

/** A table whose rows are given in blocks or written directly. */
export function table(
  columns: Columns,
  { names, positions }: FinalColumns,
  { shapes, blocks, write, reusesChunks, close }: Pick<Table, 'shapes' | 'blocks' | 'write' | 'reusesChunks' | 'close'>,
): Table {
  const closing = async function* <T>(elements: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* elements;
    } finally {
      await close();
    }
  };
  return {
    columns: names,
    positions,
    shapes,
    blocks: closing(blocks),
    write: (writer) => closing(write(writer)),
    report: columns.report,
    learned: columns.learned,
    reusesChunks,
    close,
  };
}
