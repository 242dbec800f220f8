import { readHead } from '../bytes.js';
import { type RowToItem, rowToItem } from '../columns.js';
import { Malformed } from '../faults.js';
import type { Found } from '../found.js';
import { checkUtf8, foundSpans, type ParseSpan } from '../spans.js';
import { delimiterOf, endOfHeader, type RowBlock, rowScanner, splitCells } from './csv-rows.js';
import type { TextFormat, TextInput } from './format.js';

/** Longer header rows have their delimiter told by what stands in front. */
const LONGEST_HEAD = 1024 * 1024;

export const csv: TextFormat = {
  kind: 'text',
  summary: 'A table: a header row of names, then a row an item; every value a string, a cell without a byte no field',
  extensions: ['csv', 'tsv'],
  open: findRows,
};

/**
 * Rows as items. Rows are found without looking into their cells; a row shorter than the header has fewer fields, a longer one is
 * malformed. The parser of fast-csv is not used: it does not tell an empty cell from an empty string, knows no positions, and reads a
 * long cell anew with every chunk.
 */
async function* findRows({
  source,
  chunks,
  dropped,
  extension,
  options,
  maxDepth,
  faults,
  reached,
}: TextInput): AsyncGenerator<Found> {
  const head = await readHead(chunks, (bytes) => bytes.length >= LONGEST_HEAD || endOfHeader(bytes) !== undefined);
  try {
    const delimiter = delimiterOf(head.bytes.subarray(0, endOfHeader(head.bytes)), extension);
    const scanner = rowScanner(delimiter, dropped + head.dropped);
    const toItem = (names: readonly string[], byte: number): RowToItem =>
      rowToItem(names, options.nested ?? false, maxDepth, byte);
    let parseSpan: ParseSpan | undefined;
    const found = (block: RowBlock): Found | undefined => {
      const { starts, ends, lines, bytes, offset } = block;
      if (parseSpan === undefined && starts.length > 0) {
        const [start, end] = [starts.shift() as number, ends.shift() as number];
        reached.line = lines.shift() as number;
        parseSpan = rowParser(bytes, start, end, offset, String.fromCharCode(delimiter), toItem);
      }
      if (parseSpan === undefined || starts.length === 0) return undefined;
      const lineOf = (byte: number): number => lines[starts.indexOf(byte - offset)] ?? scanner.line();
      return foundSpans({ source, bytes, offset, faults, lineOf, starts, ends, parseSpan });
    };
    for await (const chunk of head.chunks) {
      const rows = found(scanner.scan(chunk));
      if (rows !== undefined) yield rows;
      reached.line = scanner.line();
    }
    const rows = found(scanner.end());
    if (rows !== undefined) yield rows;
  } finally {
    await head.close();
  }
}

/** Reads the header row and gives the parser of the others. @throws Malformed */
function rowParser(
  bytes: Buffer,
  start: number,
  end: number,
  offset: number,
  delimiter: string,
  toItem: (names: readonly string[], byte: number) => RowToItem,
): ParseSpan {
  const cellsOf: (...span: Parameters<ParseSpan>) => (string | undefined)[] = (source, from, to, base, valid) => {
    if (!valid) checkUtf8(source, from, to, base);
    const cells = splitCells(source.toString('utf8', from, to), delimiter);
    if ('reason' in cells) throw new Malformed(base + from, cells.reason);
    return cells;
  };
  const names = headerOf(() => cellsOf(bytes, start, end, offset, false));
  const makeItem = toItem(names, offset + start);
  return (...span) => {
    const cells = cellsOf(...span);
    if (cells.length > names.length) {
      throw new Malformed(span[3] + span[1], `${cells.length} cells in a row; the header has ${names.length}`);
    }
    return makeItem((column) => cells[column]);
  };
}

/** Without a header no row can be read, so nothing of it is skipped. */
function headerOf(read: () => (string | undefined)[]): string[] {
  try {
    return read().map((name) => name ?? '');
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Malformed(error.byte, `in the header row: ${error.message}`, { cause: error, fatal: true });
  }
}
