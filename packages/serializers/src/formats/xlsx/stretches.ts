import { placedCells, type RowFrame } from '../../table/arrange-rows.js';
import { inlineShape, type RowBlock, type Shape } from '../../table/table.js';

/** Largest number of columns of a sheet. */
export const MAX_COLUMNS = 16_384;
/** Largest number of cells of a row, with those that are left out. */
const MOST_CELLS = 32_768;

/** Consecutive rows that have cells in the same columns. */
export interface Stretch {
  /** For each cell of a row, its column. -1: it is left out. */
  readonly columns: Int32Array;
  /** Number of rows that are not written yet. */
  rows: number;
}

/**
 * Finds the stretches of blocks.
 * @returns for each block its stretches, the first one last; undefined if a row of it has a shape of its own, cells in another order or too many of them
 */
export function stretchFinder(frame: RowFrame): (block: Pick<RowBlock, 'shapes'>) => Stretch[] | undefined {
  const known: (Int32Array | undefined)[] = [];
  return ({ shapes }) => {
    const stretches: Stretch[] = [];
    for (let from = 0; from < shapes.length; ) {
      const shape = shapes[from] as number;
      let to = from + 1;
      while (shapes[to] === shape) to++;
      if (shape === inlineShape) return undefined;
      known[shape] ??= columnsOf(frame.shapes[shape] as Shape, frame);
      const columns = known[shape];
      if (columns === undefined) return undefined;
      stretches.push({ columns, rows: to - from });
      from = to;
    }
    return stretches.reverse();
  };
}

function columnsOf({ columns }: Shape, frame: RowFrame): Int32Array | undefined {
  if (columns.length > MOST_CELLS) return undefined;
  const found = new Int32Array(columns.length).fill(-1);
  let before = -1;
  for (const { cell, position } of placedCells(columns, frame)) {
    if (cell < before) return undefined;
    before = cell;
    if (position < MAX_COLUMNS) found[cell] = position;
  }
  return found;
}
