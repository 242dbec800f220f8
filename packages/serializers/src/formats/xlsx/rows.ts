import { placedCells, type RowCursor, type RowFrame, rowWalker } from '../../table/rows.js';
import type { RowBlock, Table } from '../../table/table.js';

/** Columns that a sheet takes. */
export const MAX_COLUMNS = 16_384;

/** Rows still to be written, across sheets. */
export interface SheetRows {
  /** Whether there is a row left; asked for before each `advance` of `cursor`. */
  more(): Promise<boolean>;
  /** Rows left of the block at hand. */
  left: number;
  block: RowBlock;
  /** Of the bytes of the block. */
  view: DataView;
  cursor: RowCursor<RowPlan>;
  close(): Promise<void>;
}

/** Which cells of a row go where. */
export interface RowPlan {
  readonly cells: Int32Array;
  readonly positions: Int32Array;
}

export function sheetRows(table: Table): SheetRows {
  const walk = rowWalker(table, planRow);
  const blocks = table.blocks[Symbol.asyncIterator]();
  const none: RowBlock = {
    bytes: new Uint8Array(),
    ends: new Uint32Array(),
    shapes: new Uint32Array(),
    inline: new Uint32Array(),
  };
  const rows: SheetRows = {
    more: async () => {
      while (rows.left === 0) {
        const { done, value } = await blocks.next();
        if (done) return false;
        rows.block = value;
        rows.view = viewOf(value);
        rows.cursor = walk(value);
        rows.left = value.shapes.length;
      }
      return true;
    },
    left: 0,
    block: none,
    view: viewOf(none),
    cursor: walk(none),
    close: async () => {
      await blocks.return?.();
    },
  };
  return rows;
}

function viewOf({ bytes }: RowBlock): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Which cells of a row stand on the sheet, and where. */
export function planRow(columns: ArrayLike<number>, table: RowFrame): RowPlan {
  const placed = placedCells(columns, table).filter(({ position }) => position < MAX_COLUMNS);
  return {
    cells: Int32Array.from(placed, ({ cell }) => cell),
    positions: Int32Array.from(placed, ({ position }) => position),
  };
}
