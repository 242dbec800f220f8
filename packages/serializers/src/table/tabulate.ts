import {
  type Arguments,
  type Batch,
  type Item,
  type Layout,
  list,
  NoColumnsError,
  type Scalar,
  wholeNumber,
} from '@dataset-items/query-pipeline';
import { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { type Columns, type FinalColumns, fixedColumns, foundColumns } from './columns.js';
import { leafReader } from './leaves.js';
import { shapeIndex } from './shapes.js';
import { createSpool, type SpoolOptions } from './spool.js';
import { inlineShape, type RowBlock, type Shape, type Table } from './table.js';

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
  records: AsyncIterable<Batch>,
  layout: Layout,
  writeCell: CellWriter,
  options: TableOptions = {},
): Promise<Table> {
  if (options.columns !== undefined) {
    const columns = fixedColumns(options.columns);
    const rows = rowBuilder(columns, writeCell);
    return table(columns, columns.finish(), rows.shapes, rows.blocks(records), async () => {});
  }
  const columns = foundColumns(layout, options);
  const rows = rowBuilder(columns, writeCell);
  const spool = createSpool(options);
  try {
    for await (const block of rows.blocks(records)) await spool.append(block);
    const final = columns.finish();
    if (final.names.length === 0 && options.withoutColumns !== 'write') throw new NoColumnsError();
    return table(columns, final, rows.shapes, spool.read(), spool.close);
  } catch (error) {
    await spool.close();
    throw error;
  }
}

function table(
  columns: Columns,
  { names, positions }: FinalColumns,
  shapes: readonly Shape[],
  blocks: AsyncIterable<RowBlock>,
  close: () => Promise<void>,
): Table {
  const closing = async function* (): AsyncGenerator<RowBlock> {
    try {
      yield* blocks;
    } finally {
      await close();
    }
  };
  return { columns: names, positions, shapes, blocks: closing(), report: columns.report, close };
}

/** Bytes of cells after which a block is handed on. */
const BLOCK = 256 * 1024;

function rowBuilder(columns: Columns, writeCell: CellWriter) {
  const leaves = leafReader(columns);
  const shapes = shapeIndex(columns);
  const writer = new ByteWriter(BLOCK);
  let ends = new Uint32Array(BLOCK / 8);
  let cells = 0;
  let rows: number[] = [];
  let inline: number[] = [];

  const addRow = (record: Item): void => {
    leaves.read(record);
    const number = shapes.numberOf(leaves);
    const { order, columns: kept } = shapes.latest();
    if (number >= 0) rows.push(number);
    else {
      rows.push(inlineShape);
      inline.push(kept.length, ...kept);
    }
    if (cells + order.length > ends.length) ends = grown(ends, cells + order.length);
    for (let cell = 0; cell < order.length; cell++) {
      writeCell(writer, leaves.values[order[cell] as number] as Scalar);
      ends[cells++] = writer.length;
    }
  };

  const takeBlock = (): RowBlock => {
    const block = {
      bytes: writer.take(),
      ends: ends.slice(0, cells),
      shapes: new Uint32Array(rows),
      inline: new Uint32Array(inline),
    };
    cells = 0;
    rows = [];
    inline = [];
    return block;
  };

  return {
    shapes: shapes.known,
    blocks: async function* (records: AsyncIterable<Batch>): AsyncGenerator<RowBlock> {
      for await (const batch of records) {
        for (const record of batch) {
          addRow(record);
          if (writer.full || rows.length >= BLOCK / 8) yield takeBlock();
        }
      }
      if (rows.length > 0) yield takeBlock();
    },
  };
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
