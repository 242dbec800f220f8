import type { ColumnReport, LearnedColumns } from '@dataset-items/query-pipeline';
import type { ByteWriter } from '../bytes.js';
import type { OpenNumberedRows } from './numbered.js';

/** The columns of rows. Rows of one shape have cells in the same columns, in the same order. */
export interface Shape {
  /** The column ids of the leaves of a record, in its order. Of a shape that is stored with its row: those of its cells. */
  readonly found: ArrayLike<number>;
  /**
   * For each kept cell, the index of its value in the record: one cell per column, with its last leaf. In column order, except in a shape that is
   * stored with its row, which has the order of the record.
   */
  readonly order: ArrayLike<number>;
  /** Column ids of the kept cells. */
  readonly columns: ArrayLike<number>;
}

/** The texts around and between the cells of a row. */
export interface RowForm {
  readonly start: string;
  /** Between two cells. */
  readonly separator: string;
  readonly end: string;
  /** Written instead of a cell that the row does not have. */
  readonly gap: string;
}

export const bareRow: RowForm = { start: '', separator: '', end: '', gap: '' };

/**
 * Consecutive rows as bytes: the cells as the format writes them, with the texts around and between the cells of each row. Valid until the
 * next block is requested.
 */
export interface RowBlock {
  readonly bytes: Uint8Array;
  /** For each cell, the number of bytes from the end of the cell before it to its own end. `LONG`: the next one of `long`. See `endsOf`. */
  readonly lengths: Uint8Array;
  /** Lengths of cells that do not fit in a byte, in order. */
  readonly long: Uint32Array;
  /** For each row, the number of its shape, or `inlineShape`. */
  readonly shapes: Uint32Array;
  /** For each row with an inline shape: the number of its cells, then their column ids. */
  readonly inline: Uint32Array;
}

/** In place of a length that does not fit in a byte. Four bytes for each length would be a quarter of all bytes of short cells. */
export const LONG = 255;

/** For each cell of a block, the offset of its end in `bytes`. Rows that need no rearranging do not need it. */
export function endsOf(
  { lengths, long }: Pick<RowBlock, 'lengths' | 'long'>,
  ends = new Uint32Array(lengths.length),
): Uint32Array {
  let end = 0;
  let nextLong = 0;
  for (let cell = 0; cell < lengths.length; cell++) {
    const length = lengths[cell] as number;
    end += length < LONG ? length : (long[nextLong++] as number);
    ends[cell] = end;
  }
  return ends;
}

/** The same for one block after the other, in memory that is used again: it takes four times the bytes of short cells. */
export function endsReader(): (block: Pick<RowBlock, 'lengths' | 'long'>) => Uint32Array {
  let room = new Uint32Array();
  return (block) => {
    const { length } = block.lengths;
    if (length > room.length) room = new Uint32Array(length + (length >> 2));
    return endsOf(block, room.subarray(0, length));
  };
}

/** Instead of the number of a shape: the shape is stored with the row, because too many shapes are known already. */
export const inlineShape = 0xffffffff;

/** Records as rows, when the columns are known. It can be read once: by `blocks` or by `write`. */
export interface Table {
  readonly columns: readonly string[];
  readonly blocks: AsyncIterable<RowBlock>;
  /** An alternative to `blocks`: writes all rows in the order of the columns, and gives each full chunk. The rest stays in the writer. */
  write(writer: ByteWriter): AsyncIterable<Uint8Array>;
  /** Known shapes by number. If the caller fixed the columns, the list grows with each block. */
  readonly shapes: readonly Shape[];
  /** For each column id its index in `columns`; -1: dropped. */
  readonly positions: Int32Array;
  /** What the records have shown of the columns. With `shapes` and `blocks` another process can finish the table. */
  learned(): LearnedColumns;
  /** The columns written and dropped. Complete after the last block. */
  report(): ColumnReport;
  /** Whether the memory of a chunk may be used again when the next chunk is requested. Default false. */
  readonly reusesChunks?: boolean | undefined;
  /** Writes rows in the place of this package, for a format whose cells have the numbers of their rows. Default: this package does. */
  readonly openNumbered?: OpenNumberedRows | undefined;
  /** Releases the resources of the table. The end of `blocks` does this too. May be called twice. */
  close(): Promise<void>;
}
