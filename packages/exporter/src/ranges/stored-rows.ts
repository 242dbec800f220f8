import { type Columns, compile, fixedColumns, foundColumns, type LearnedColumns } from '@dataset-items/query-pipeline';
import { type FramedBlocks, type PackedRows, positionsIn, type TableOptions, unpackTable } from '@dataset-items/serializers';
import type { ExportRequest } from '../request.js';

/** The columns of a table, which learn what the ranges have learned, in the order of reading. */
export function columnsToMerge({ query, options }: Pick<ExportRequest, 'query' | 'options'>): Columns {
  return options.columns === undefined ? foundColumns(compile(query).layout, options) : fixedColumns(options.columns);
}

/** The rows that were made of a range. */
export interface StoredRange {
  readonly rows: number;
  /** `undefined`: nothing was made of the range. */
  open(): Promise<{ readonly learned: LearnedColumns; readonly packed: PackedRows } | undefined>;
}

/** The rows of all ranges from a row on, in blocks. @param names the columns of the table */
export async function* blocksFrom(
  ranges: Iterable<StoredRange>,
  names: readonly string[],
  { columns }: Pick<TableOptions, 'columns'>,
  row: number,
): AsyncGenerator<FramedBlocks extends AsyncIterable<infer B> ? B : never> {
  let skip = row;
  for (const { rows, open } of ranges) {
    if (skip >= rows) {
      skip -= rows;
      continue;
    }
    const opened = await open();
    if (opened === undefined) continue;
    const { learned, packed } = opened;
    const positions = columns === undefined ? positionsIn(names, learned) : fixedColumns(columns).finish().positions;
    const { blocks, shapes } = unpackTable(packed);
    const frame = { shapes, positions };
    for await (const block of blocks) {
      const { length } = block.shapes;
      if (skip < length) yield { frame, block, skip };
      skip = Math.max(0, skip - length);
    }
  }
}
