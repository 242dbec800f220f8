import { type Arguments, type Layout, list, NoColumnsError, wholeNumber } from '@dataset-items/query-pipeline';
import type { CellWriter } from '../format.js';
import { bareRow, type Records, rowBuilder } from './build.js';
import { type Columns, type FinalColumns, fixedColumns, foundColumns } from './columns.js';
import { rowWriter } from './row-writer.js';
import { rowRenderer } from './rows.js';
import { createSpool, type SpoolOptions } from './spool.js';
import type { Table } from './table.js';

/** Parameters of every format with columns. */
export const tableParameters = {
  columns: list('Exactly these columns, by their names in the table; rows then stream at once', { local: true }),
  maxColumns: wholeNumber('Columns written at most, in their order', { defaultText: '2000', local: true }),
  maxNameLength: wholeNumber('Longest column name, in UTF-16 units', { defaultText: '200', local: true }),
} as const;

export interface TableOptions extends Arguments<typeof tableParameters>, SpoolOptions {
  /** What to do where there is no column at all. Default `refuse`. */
  readonly withoutColumns?: 'refuse' | 'write' | undefined;
}

/**
 * Turns records into rows, walking them once. Unless the caller fixes the columns, rows wait in a spool until the last record is in.
 * @throws NoColumnsError
 */
export async function tabulate(
  records: Records,
  layout: Layout,
  writeCell: CellWriter,
  options: TableOptions = {},
): Promise<Table> {
  if (options.columns !== undefined) {
    const columns = fixedColumns(options.columns);
    const rows = rowBuilder(columns, writeCell);
    const final = columns.finish();
    const write = rowWriter(final.names.length, columns, writeCell);
    return table(columns, final, {
      shapes: rows.shapes,
      blocks: rows.blocks(records),
      write: (writer) => write(records, writer),
      close: async () => {},
    });
  }
  const columns = foundColumns(layout, options);
  const rows = rowBuilder(columns, writeCell);
  const spool = createSpool(options);
  try {
    for await (const block of rows.blocks(records)) await spool.append(block);
    const final = columns.finish();
    if (final.names.length === 0 && options.withoutColumns !== 'write') throw new NoColumnsError();
    const { shapes } = rows;
    const blocks = spool.read();
    const render = rowRenderer({ ...final, shapes }, writeCell.row ?? bareRow);
    return table(columns, final, { shapes, blocks, write: (writer) => render(blocks, writer), close: spool.close });
  } catch (error) {
    await spool.close();
    throw error;
  }
}

function table(
  columns: Columns,
  { names, positions }: FinalColumns,
  { shapes, blocks, write, close }: Pick<Table, 'shapes' | 'blocks' | 'write' | 'close'>,
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
    close,
  };
}
