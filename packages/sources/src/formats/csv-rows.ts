import { constants } from 'node:buffer';
import { Malformed } from '../malformed.js';
import { itemTooLong } from '../spans.js';

const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];

/** The state of the scanner: before the first byte of a cell, in a cell without quotes, inside quotes, or after a closing quote. */
const [START, BARE, QUOTED, CLOSED] = [0, 1, 2, 3] as const;

/** Complete rows, as slices of bytes. */
export interface RowBlock {
  readonly bytes: Buffer;
  /** Offset of `bytes` from the start of the source. */
  readonly offset: number;
  readonly starts: number[];
  readonly ends: number[];
  /** 1-based line at which each row starts. */
  readonly lines: number[];
  /** 1-based number of each row. Blank rows count, and a row over several lines is one. */
  readonly numbers: number[];
}

/** Splits bytes into rows. A row ends at LF, CR or CRLF outside quotes; empty rows are skipped. */
export interface RowScanner {
  scan(chunk: Buffer): RowBlock;
  /** The last row, if it has no line end. @throws Malformed inside quotes */
  end(): RowBlock;
  /** 1-based line of the row that has not ended. */
  line(): number;
  /** Whether the bytes may end here. */
  isBetweenCells(): boolean;
}

/** Reads every byte once, however long a row is. @param firstLine 1-based line of the first byte */
export function rowScanner(delimiter: number, firstOffset: number, firstLine = 1): RowScanner {
  let place: 0 | 1 | 2 | 3 = START;
  let afterCr = false;
  let offset = firstOffset;
  let line = firstLine;
  let rowLine = firstLine;
  let number = 1;
  let pending: Buffer[] = [];
  let pendingLength = 0;

  const scan = (chunk: Buffer): RowBlock => {
    const starts: number[] = [];
    const ends: number[] = [];
    const lines: number[] = [];
    const numbers: number[] = [];
    // State is in local variables for speed.
    let [inside, cr, count, first, row] = [place, afterCr, line, -pendingLength, number];
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      const isEnd = byte === LF || byte === CR;
      const isNew = isEnd && !(byte === LF && cr);
      if (isNew) count++;
      cr = byte === CR;
      if (inside === QUOTED) {
        if (byte === QUOTE) inside = CLOSED;
      } else if (isEnd) {
        if (at > first) {
          starts.push(first + pendingLength);
          ends.push(at + pendingLength);
          lines.push(rowLine);
          numbers.push(row);
        }
        if (isNew) row++;
        first = at + 1;
        rowLine = count;
        inside = START;
      } else if (byte === delimiter) inside = START;
      else if (byte === QUOTE && inside !== BARE) inside = QUOTED;
      else if (inside === START) inside = BARE;
    }
    [place, afterCr, line, number] = [inside, cr, count, row];
    const bytes = pendingLength === 0 || starts.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
    const block = { bytes, offset: offset - pendingLength, starts, ends, lines, numbers };
    keepUnfinished(chunk, first);
    offset += chunk.length;
    return block;
  };

  const keepUnfinished = (chunk: Buffer, first: number): void => {
    if (first >= 0) {
      pending = [];
      pendingLength = 0;
    }
    const rest = chunk.subarray(Math.max(first, 0));
    if (rest.length > 0) pending.push(rest);
    pendingLength += rest.length;
    if (pendingLength > constants.MAX_STRING_LENGTH) throw new Malformed(offset, itemTooLong, { fatal: true });
  };

  const end = (): RowBlock => {
    if (place === QUOTED) throw new Malformed(offset - pendingLength, 'a quoted cell does not end');
    const starts = pendingLength > 0 ? [0] : [];
    const block = {
      bytes: Buffer.concat(pending),
      offset: offset - pendingLength,
      starts,
      ends: starts.map(() => pendingLength),
    };
    return { ...block, lines: [rowLine], numbers: [number] };
  };

  return { scan, end, line: () => rowLine, isBetweenCells: () => place !== QUOTED };
}

/**
 * The cells of one row. An empty cell is `undefined`, `""` is the empty string. Quotes have a meaning only around a whole cell.
 * @returns a reason if the row is malformed
 */
export function splitCells(row: string, delimiter: string): (string | undefined)[] | { readonly reason: string } {
  if (!row.includes('"')) return row.split(delimiter).map((cell) => (cell === '' ? undefined : cell));
  const cells: (string | undefined)[] = [];
  for (let at = 0; ; ) {
    if (row[at] !== '"') {
      const end = endOfBare(row, at, delimiter);
      cells.push(end === at ? undefined : row.slice(at, end));
      at = end;
    } else {
      const end = endOfQuoted(row, at + 1);
      if (end === undefined) return { reason: 'a quoted cell does not end' };
      const cell = row.slice(at + 1, end);
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      at = end + 1;
    }
    if (at === row.length) return cells;
    if (row[at] !== delimiter) return { reason: 'text after the closing quote of a cell' };
    at++;
  }
}

function endOfBare(row: string, start: number, delimiter: string): number {
  const end = row.indexOf(delimiter, start);
  return end === -1 ? row.length : end;
}

function endOfQuoted(row: string, start: number): number | undefined {
  for (let at = row.indexOf('"', start); at !== -1; at = row.indexOf('"', at + 2)) if (row[at + 1] !== '"') return at;
  return undefined;
}
