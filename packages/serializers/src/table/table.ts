import type { ByteWriter } from '../bytes.js';

/** Rows of one shape have cells in the same columns, kept in the same order. */
export interface Shape {
  /** Column ids as a record gives them. */
  readonly found: ArrayLike<number>;
  /** For each kept cell, the index of its value among those the record gave: columns in order, a column once, its last leaf. */
  readonly order: ArrayLike<number>;
  /** Column ids of the kept cells. */
  readonly columns: ArrayLike<number>;
}

/** What stands around the cells of a row. */
export interface RowForm {
  readonly start: Uint8Array;
  /** Between two cells. */
  readonly separator: Uint8Array;
  readonly end: Uint8Array;
  /** What stands for a cell that the row does not have. */
  readonly gap: Uint8Array;
}

/**
 * Consecutive rows as bytes: cells are already written as the format wants them, each row with what stands around its cells. Good until
 * the next block is asked for.
 */
export interface RowBlock {
  readonly bytes: Uint8Array;
  /** For each cell, the offset of its end in `bytes`. */
  readonly ends: Uint32Array;
  /** For each row, the number of its shape, or `inlineShape`. */
  readonly shapes: Uint32Array;
  /** For each row of an inline shape: how many cells, then their column ids. */
  readonly inline: Uint32Array;
}

/** The shape of a row that stands with the row itself, because too many shapes are known already. */
export const inlineShape = 0xffffffff;

/** Columns left out of a table, and why (SEMANTICS section 6). */
export interface LeftOut {
  readonly count: number;
  /** There are at least `count`; more were not told apart. */
  readonly atLeast: boolean;
  /** The first few names met. */
  readonly examples: readonly string[];
}

export interface ColumnReport {
  /** Columns written. */
  readonly written: number;
  /** Over `maxColumns`. */
  readonly overLimit: LeftOut;
  /** Of a name longer than `maxNameLength`. */
  readonly nameTooLong: LeftOut;
  /** Not in `columns`, where the caller fixed them. */
  readonly unlisted: LeftOut;
}

/** Records as rows under known columns. For one walk. */
export interface Table {
  readonly columns: readonly string[];
  readonly blocks: AsyncIterable<RowBlock>;
  /** Instead of `blocks`: writes every row in the order of the columns, and hands on what fills a chunk; the rest stays in the writer. */
  write(writer: ByteWriter): AsyncIterable<Uint8Array>;
  /** Known shapes by number; grows while blocks come where the caller fixed the columns. */
  readonly shapes: readonly Shape[];
  /** For each column id its index in `columns`, or -1 where it is left out. */
  readonly positions: Int32Array;
  /** Complete when the last block is out. */
  report(): ColumnReport;
  /** Frees what the table holds; `blocks` does it at its end. May be called twice. */
  close(): Promise<void>;
}
