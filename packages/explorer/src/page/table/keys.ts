export interface Spot {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows on the screen. */
  readonly page: number;
}

/** The cell that a key leads to, as in a spreadsheet. `undefined`: the key is none of these. */
export function stepFor(
  { key, ctrlKey, metaKey }: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean },
  { row, column }: Spot,
  { rows, columns, page }: Extent,
): Spot | undefined {
  const far = ctrlKey || metaKey;
  const last = { row: Math.max(0, rows - 1), column: Math.max(0, columns - 1) };
  const to = (nextRow: number, nextColumn: number): Spot => ({
    row: Math.max(0, Math.min(last.row, nextRow)),
    column: Math.max(0, Math.min(last.column, nextColumn)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(far ? last.row : row + 1, column);
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column);
    case 'ArrowRight':
      return to(row, far ? last.column : column + 1);
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1);
    case 'PageDown':
      return to(row + page, column);
    case 'PageUp':
      return to(row - page, column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? last.row : row, last.column);
    default:
      return undefined;
  }
}
