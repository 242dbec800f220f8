import { placedCells, type RowCursor, type RowFrame, rowWalker } from '../../table/arrange-rows.js';
import type { NumberedRows } from '../../table/numbered.js';
import { endsReader, inlineShape, LONG, type RowBlock, type Shape, type Table } from '../../table/table.js';
import { MAX_COLUMNS, type Stretch, stretchFinder } from './stretches.js';

/** The rows that are not written yet, for this sheet and the next ones. */
export interface SheetRows {
  /** Whether there is another row. It must be called before each `advance` of `cursor`. */
  more(): Promise<boolean>;
  /** Number of remaining rows of the current block. */
  left: number;
  /** The remaining stretches of the block if `numbered` has it. Otherwise the block is described below. */
  stretches: Stretch[] | undefined;
  /** The bytes of the block. They are of one class, whatever the block has: for another one the engine compiles its readers anew. */
  bytes: Uint8Array;
  /** For each cell of the block, the offset of its end in the bytes. */
  ends: Uint32Array;
  /** The same bytes, for reading several at a time. */
  view: DataView;
  cursor: RowCursor<RowPlan>;
  close(): Promise<void>;
}

/** The columns of the cells of a row. */
export interface RowPlan {
  readonly cells: Int32Array;
  readonly positions: Int32Array;
}

/**
 * @param blocks those of a table, or of several that have the same columns
 * @param numbered gets the blocks that it can write
 */
export function sheetRows(blocks: AsyncIterable<FramedBlock>, numbered?: NumberedRows): SheetRows {
  const steps = blocks[Symbol.asyncIterator]();
  const none: RowBlock = {
    bytes: new Uint8Array(),
    lengths: new Uint8Array(),
    long: new Uint32Array(),
    shapes: new Uint32Array(),
    inline: new Uint32Array(),
  };
  let frame: RowFrame = { shapes: [], positions: new Int32Array() };
  let walk = rowWalker(frame, planRow);
  let stretchesOf = stretchFinder(frame);
  const endsOf = endsReader();
  const rows: SheetRows = {
    more: async () => {
      while (rows.left === 0) {
        const { done, value } = await steps.next();
        if (done) return false;
        if (value.frame !== frame) {
          frame = value.frame;
          walk = rowWalker(frame, planRow);
          stretchesOf = stretchFinder(frame);
        }
        const { block, skip = 0 } = value;
        const after = numbered && rowsAfter(block, frame, skip);
        const stretches = after && stretchesOf(after);
        if (after && stretches && numbered?.load(after.bytes, after.lengths, after.long)) {
          rows.stretches = stretches;
          rows.left = after.shapes.length;
          continue;
        }
        rows.stretches = undefined;
        rows.bytes = new Uint8Array(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
        rows.ends = endsOf(block);
        rows.view = viewOf(block);
        rows.cursor = walk(block);
        rows.left = Math.max(0, block.shapes.length - skip);
        if (rows.left > 0) for (let row = 0; row < skip; row++) rows.cursor.advance();
      }
      return true;
    },
    left: 0,
    stretches: undefined,
    bytes: none.bytes,
    ends: new Uint32Array(),
    view: viewOf(none),
    cursor: walk(none),
    close: async () => {
      await steps.return?.();
    },
  };
  return rows;
}

/** A block without its first rows. Undefined: one of them has a shape of its own. */
function rowsAfter(block: RowBlock, { shapes: known }: RowFrame, skip: number): RowBlock | undefined {
  if (skip === 0) return block;
  const shapes = block.shapes.subarray(0, skip);
  if (shapes.includes(inlineShape)) return undefined;
  const cells = shapes.reduce((sum, shape) => sum + (known[shape] as Shape).columns.length, 0);
  let bytes = 0;
  let long = 0;
  for (const length of block.lengths.subarray(0, cells)) bytes += length < LONG ? length : (block.long[long++] as number);
  return {
    bytes: block.bytes.subarray(bytes),
    lengths: block.lengths.subarray(cells),
    long: block.long.subarray(long),
    shapes: block.shapes.subarray(skip),
    inline: block.inline,
  };
}

/** A block with what says in which columns its cells are. */
export interface FramedBlock {
  readonly frame: RowFrame;
  readonly block: RowBlock;
  /** Number of its first rows that are not written. Default 0. */
  readonly skip?: number;
}

export async function* framedBlocks(table: Pick<Table, 'blocks' | 'shapes' | 'positions'>): AsyncGenerator<FramedBlock> {
  for await (const block of table.blocks) yield { frame: table, block };
}

function viewOf({ bytes }: RowBlock): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Which cells of a row are on the sheet, and in which columns. */
export function planRow(columns: ArrayLike<number>, table: RowFrame): RowPlan {
  const placed = placedCells(columns, table).filter(({ position }) => position < MAX_COLUMNS);
  return {
    cells: Int32Array.from(placed, ({ cell }) => cell),
    positions: Int32Array.from(placed, ({ position }) => position),
  };
}
