/** The texts of rows of which each cell has the number of its row in it. */
export interface NumberedTexts {
  /** Before the number of a row, after it, and after the last cell. */
  readonly row: { readonly start: Uint8Array; readonly numberEnd: Uint8Array; readonly end: Uint8Array };
  /** For each column, what stands before the number of the row in a cell. */
  readonly columns: readonly Uint8Array[];
  /** After that number and after the value, by the lower four bits of the first byte of a cell. */
  readonly kinds: readonly { readonly start: Uint8Array; readonly end: Uint8Array }[];
}

/** Writes such rows faster than this package can: their values are in blocks, without texts between them. */
export interface NumberedRows {
  /**
   * Takes the cells of a block. The rows of the block before must be written.
   * @returns false: there is no room for so many
   */
  load(bytes: Uint8Array, lengths: Uint8Array, long: Uint32Array): boolean;
  /**
   * Writes rows that have cells in the same columns.
   * @param columns for each cell of a row its column, in ascending order; -1: the cell is left out
   * @param number of the first row
   * @returns number of rows written; fewer than `count`: the piece is full
   */
  write(columns: Int32Array, number: number, count: number): number;
  /** Adds other bytes. */
  append(bytes: Uint8Array): void;
  /** Number of bytes of the piece so far. */
  readonly length: number;
  /** Whether it has as many bytes as it should. Then no row is begun. */
  readonly full: boolean;
  take(): Uint8Array;
  /** The piece so far, which is not handed out. Valid until the next call. */
  takeBack(): Uint8Array;
}

/**
 * Opens rows that are given in pieces of a size in bytes. The memory of a piece is used again for the one that is `count` further on.
 * @returns undefined: it cannot write them
 */
export type OpenNumberedRows = (
  texts: NumberedTexts,
  pieces: { readonly size: number; readonly count: number },
) => NumberedRows | undefined;
