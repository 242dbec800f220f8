import { type RowCursor, rowWalker } from '../../table/arrange-rows.js';
import { endsOf, type RowBlock } from '../../table/table.js';
import { textsOf } from './cell.js';
import { type FramedBlock, planRow, type RowPlan } from './spooled-rows.js';

/** Largest number of rows that the widths are derived from, and bytes of their cells after which no further row is looked at. */
const SAMPLE = 100;
const SAMPLE_BYTES = 256 * 1024;
const NARROWEST = 12;
const WIDEST = 40;
/** Width of the filter button, which covers the end of a column name. In characters. */
const BUTTON = 4;

/** The width of each column in characters, enough for its name and its first rows, within limits (docs/semantics.md#xlsx). */
export async function columnWidths(columns: readonly string[], blocks: AsyncIterable<FramedBlock>): Promise<number[]> {
  const widths = columns.map((name) => Math.max(name.length + BUTTON, NARROWEST));
  const seen = { rows: 0, bytes: 0 };
  if (columns.length > 0) {
    for await (const block of blocks) {
      widen(widths, block, seen);
      if (isEnough(seen)) break;
    }
  }
  return widths.map((width) => Math.min(width, WIDEST));
}

interface Seen {
  rows: number;
  /** Of cells in the columns of the sheet, because those of dropped columns may be in the blocks or not. */
  bytes: number;
}

function isEnough({ rows, bytes }: Seen): boolean {
  return rows >= SAMPLE || bytes >= SAMPLE_BYTES;
}

function widen(widths: number[], { frame, block }: FramedBlock, seen: Seen): void {
  const { bytes } = block;
  const walk = rowWalker(frame, planRow);
  const ends = endsOfRows(block, walk(block), SAMPLE - seen.rows);
  const cursor = walk(block);
  while (!isEnough(seen) && cursor.advance()) {
    const { cells, positions } = cursor.plan;
    for (const [index, position] of positions.entries()) {
      const cell = cursor.firstCell + (cells[index] as number);
      const [start, end] = [cell === 0 ? 0 : (ends[cell - 1] as number), ends[cell] as number];
      const shown = shownLength(bytes, start, end);
      if (shown >= (widths[position] as number)) widths[position] = shown + 1;
      seen.bytes += writtenSize(bytes, start, end);
    }
    seen.rows++;
  }
}

/** Where the cells of the first rows of a block end. */
function endsOfRows({ lengths, long }: RowBlock, cursor: RowCursor<RowPlan>, rows: number): Uint32Array {
  for (let row = 0; row < rows && cursor.advance(); row++);
  return endsOf({ lengths: lengths.subarray(0, cursor.endCell), long });
}

/** The widths, and the blocks again. Those after the first are kept in memory until they are asked for; they are seldom needed. */
export async function measured(
  columns: readonly string[],
  blocks: AsyncIterable<FramedBlock>,
): Promise<{ readonly widths: number[]; readonly blocks: AsyncGenerator<FramedBlock> }> {
  const iterator = blocks[Symbol.asyncIterator]();
  const taken: FramedBlock[] = [];
  const ahead = async function* (): AsyncGenerator<FramedBlock> {
    for (;;) {
      // The memory of a block is used again for the next one.
      const last = taken.pop();
      if (last !== undefined) taken.push({ ...last, block: copied(last.block) });
      const { done, value } = await iterator.next();
      if (done) return;
      taken.push(value);
      yield value;
    }
  };
  const widths = await columnWidths(columns, ahead());
  const all = async function* (): AsyncGenerator<FramedBlock> {
    try {
      yield* taken.splice(0);
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return { widths, blocks: all() };
}

function copied({ bytes, lengths, long, shapes, inline }: RowBlock): RowBlock {
  return {
    bytes: new Uint8Array(bytes),
    lengths: new Uint8Array(lengths),
    ...{ long: new Uint32Array(long), shapes: new Uint32Array(shapes), inline: new Uint32Array(inline) },
  };
}

/** Number of bytes of a cell on the sheet, without its reference. */
function writtenSize(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  const texts = textsOf(bytes[start] as number);
  return texts.start.length + end - start - 1 + texts.end.length;
}

/** Width of the value of a cell, which is after the first byte. In characters; East Asian characters and emoji count twice. */
function shownLength(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let at = start + 1; at < end && length < WIDEST; at++) {
    const byte = bytes[at] as number;
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xe3 ? 2 : 1;
  }
  return length;
}
