import { constants } from 'node:buffer';
import { Malformed } from '../faults.js';
import { itemTooLong } from '../spans.js';

const [TAB, LF, CR, QUOTE] = [0x09, 0x0a, 0x0d, 0x22];

const delimiters = [0x2c, 0x3b, TAB, 0x7c];

/** The byte that separates the cells of a header row: the one of , ; TAB | that is there most often, outside quotes. */
export function delimiterOf(header: Buffer, extension: string): number {
  if (extension === 'tsv') return TAB;
  const counts = delimiters.map(() => 0);
  let quoted = false;
  for (const byte of header) {
    if (byte === QUOTE) quoted = !quoted;
    const index = quoted ? -1 : delimiters.indexOf(byte);
    if (index !== -1) counts[index] = (counts[index] as number) + 1;
  }
  return delimiters[counts.indexOf(Math.max(...counts))] as number;
}

/** The end of the first line that is not blank, seen from any start; `undefined` where it does not end yet. */
export function endOfHeader(head: Buffer): number | undefined {
  let quoted = false;
  let blank = true;
  for (let at = 0; at < head.length; at++) {
    const byte = head[at];
    if (byte === QUOTE) quoted = !quoted;
    if (!quoted && !blank && (byte === LF || byte === CR)) return at;
    if (byte !== LF && byte !== CR) blank = false;
  }
  return undefined;
}

/** Where a cell stands: before its first byte, in a bare one, inside quotes, after a closing quote. */
const [START, BARE, QUOTED, CLOSED] = [0, 1, 2, 3] as const;

/** Whole rows, as slices of bytes. */
export interface RowBlock {
  readonly bytes: Buffer;
  /** Of `bytes`, from the start of the source. */
  readonly offset: number;
  readonly starts: number[];
  readonly ends: number[];
  /** 1-based, where each row starts. */
  readonly lines: number[];
}

/** A row ends at LF, CR or CRLF outside quotes; one without a byte is none. */
export interface RowScanner {
  scan(chunk: Buffer): RowBlock;
  /** The last row, where it has no line end. @throws Malformed inside quotes */
  end(): RowBlock;
  /** 1-based line of the row that has not ended. */
  line(): number;
}

/** Looks at every byte once, however long a row is. */
export function rowScanner(delimiter: number, firstOffset: number): RowScanner {
  let place: 0 | 1 | 2 | 3 = START;
  let afterCr = false;
  let offset = firstOffset;
  let line = 1;
  let rowLine = 1;
  let pending: Buffer[] = [];
  let pendingLength = 0;

  const scan = (chunk: Buffer): RowBlock => {
    const starts: number[] = [];
    const ends: number[] = [];
    const lines: number[] = [];
    // Locals: a closure's variables cost the loop double.
    let [inside, cr, count, first] = [place, afterCr, line, -pendingLength];
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      const isEnd = byte === LF || byte === CR;
      if (isEnd && !(byte === LF && cr)) count++;
      cr = byte === CR;
      if (inside === QUOTED) {
        if (byte === QUOTE) inside = CLOSED;
      } else if (isEnd) {
        if (at > first) {
          starts.push(first + pendingLength);
          ends.push(at + pendingLength);
          lines.push(rowLine);
        }
        first = at + 1;
        rowLine = count;
        inside = START;
      } else if (byte === delimiter) inside = START;
      else if (byte === QUOTE && inside !== BARE) inside = QUOTED;
      else if (inside === START) inside = BARE;
    }
    [place, afterCr, line] = [inside, cr, count];
    const bytes = pendingLength === 0 || starts.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
    const block = { bytes, offset: offset - pendingLength, starts, ends, lines };
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
    return { ...block, lines: [rowLine] };
  };

  return { scan, end, line: () => rowLine };
}

/**
 * The cells of one row. A cell without a byte is `undefined`, one of two quotes the empty string. Quotes count only around a whole cell.
 * @returns a reason where the row is none
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
