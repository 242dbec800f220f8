import type { Item, Json } from '@dataset-items/query-pipeline';
import { readHead } from '../bytes.js';
import { columnNames, headerAdvice, noHeaderRow, unnamed } from '../column-names.js';
import { rowToItem } from '../columns.js';
import { Malformed } from '../malformed.js';
import type { RawBatch } from '../raw-batch.js';
import { checkUtf8, type ParseSpan, spanBatch } from '../spans.js';
import { type Dialect, dialectOf } from './csv-dialect.js';
import { type RowBlock, rowScanner, splitCells } from './csv-rows.js';
import { typedCell } from './csv-types.js';
import type { TextFormat, TextInput } from './format.js';
import { looksLikeJson } from './json-text.js';

/** Number of bytes that are used to detect the delimiter. */
const LONGEST_HEAD = 1024 * 1024;

export const csv: TextFormat = {
  kind: 'text',
  summary:
    'A table: a header row of names, then one row per item. Every value is a string, unless types are asked for; an empty cell without quotes is an absent field',
  extensions: ['csv', 'tsv'],
  recognizes: (head, extension) => {
    if (!csv.extensions.includes(extension)) return undefined;
    const json = looksLikeJson(head);
    if (json === 'more') return 'more';
    return json ? undefined : 'named';
  },
  open: readTable,
};

/**
 * Rows as items. The ends of rows are found first; cells are read only for rows in the window. A row shorter than the header has
 * fewer fields, a longer one is malformed. The parser of fast-csv is not used: it does not distinguish an empty cell from `""`, knows
 * no positions, and reads a long cell again with every chunk.
 */
async function* readTable(input: TextInput): AsyncGenerator<RawBatch> {
  const { source, chunks, dropped, extension, options, faults, reached } = input;
  const { headerRow, inputDelimiter } = options;
  const known = { extension, headerRow, delimiter: inputDelimiter };
  const head = await readHead(chunks, (bytes) => dialectOf(bytes, known, bytes.length >= LONGEST_HEAD) !== undefined);
  try {
    const { delimiter, skip } = dialectOf(head.bytes, known, true) as Dialect;
    const scanner = rowScanner(delimiter.charCodeAt(0), dropped + head.dropped + skip, skip > 0 ? 2 : 1);
    let parseRow: RowParser | undefined;
    const batchOf = (block: RowBlock): RawBatch | undefined => {
      const { starts, ends, lines, numbers, bytes, offset } = block;
      const drop = (count: number): void => void [starts, ends, lines, numbers].map((list) => list.splice(0, count));
      if (parseRow === undefined && headerRow !== undefined && headerRow !== 'none') {
        const before = numbers.findIndex((number) => number >= headerRow);
        drop(before === -1 ? numbers.length : before);
      }
      const [start, end, line, number] = [starts[0], ends[0], lines[0], numbers[0]];
      if (start === undefined || end === undefined || line === undefined) return undefined;
      if (parseRow === undefined) {
        reached.line = line;
        if (headerRow !== undefined && headerRow !== 'none' && number !== headerRow) throw noHeaderRow(headerRow);
        const span = { bytes, start, end, offset };
        parseRow = headerRow === 'none' ? rowParser(input, delimiter) : rowParser(input, delimiter, span);
        if (headerRow !== 'none') drop(1);
      }
      if (starts.length === 0) return undefined;
      const parse = parseRow;
      const lineOf = (byte: number): number => lines[starts.indexOf(byte - offset)] ?? scanner.line();
      const parseSpan: ParseSpan = (...span) => parse(span, () => numbers[starts.indexOf(span[1])] as number);
      return spanBatch({ source, bytes, offset, faults, lineOf, starts, ends, parseSpan });
    };
    for await (const chunk of after(head.chunks, skip)) {
      const rows = batchOf(scanner.scan(chunk));
      if (rows !== undefined) yield rows;
      reached.line = scanner.line();
    }
    const rows = batchOf(scanner.end());
    if (rows !== undefined) yield rows;
    if (parseRow === undefined && headerRow !== undefined && headerRow !== 'none') throw noHeaderRow(headerRow);
  } finally {
    await head.close();
  }
}

/** The bytes without the first ones, which are all in the first chunk. */
async function* after(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    yield left > 0 ? chunk.subarray(left) : chunk;
    left = 0;
  }
}

/** @param numberOf the number of the row, for errors @throws Malformed */
type RowParser = (span: Parameters<ParseSpan>, numberOf: () => number) => Item;

interface HeaderSpan {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** Reads the header row. @param header absent: columns are named by their places @returns the parser for the other rows @throws Malformed */
function rowParser({ options, maxDepth, remark }: TextInput, delimiter: string, header?: HeaderSpan): RowParser {
  const { nested = false, strict, types } = options;
  const cellsOf = (...[source, from, to, base, valid]: Parameters<ParseSpan>): (string | undefined)[] => {
    if (!valid) checkUtf8(source, from, to, base);
    const cells = splitCells(source.toString('utf8', from, to), delimiter);
    if ('reason' in cells) throw new Malformed(base + from, cells.reason);
    return cells;
  };
  const { bytes, start, end, offset } = header ?? { bytes: Buffer.alloc(0), start: 0, end: 0, offset: 0 };
  const byte = offset + start;
  const given = header === undefined ? [] : headerOf(() => cellsOf(bytes, start, end, offset, false));
  let names = columnNames(given, { strict, byte, remark });
  let makeItem = rowToItem(names, nested, maxDepth, byte);
  return (span, numberOf) => {
    const cells = cellsOf(...span);
    if (cells.length > names.length) {
      if (header !== undefined) {
        const reason = `${cells.length} cells in a row; the header has ${names.length}${headerAdvice(numberOf())}`;
        throw new Malformed(span[3] + span[1], reason);
      }
      names = cells.map((_, column) => unnamed(column));
      makeItem = rowToItem(names, nested, maxDepth, byte);
    }
    if (types) return makeItem((column) => typed(cells[column]));
    return makeItem((column) => cells[column]);
  };
}

function typed(cell: string | undefined): Json | undefined {
  return cell === undefined ? undefined : typedCell(cell);
}

/** Without a header no row can be read, so a malformed header is never skipped. */
function headerOf(read: () => (string | undefined)[]): (string | undefined)[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Malformed(error.byte, `in the header row: ${error.message}`, { cause: error, fatal: true });
  }
}
