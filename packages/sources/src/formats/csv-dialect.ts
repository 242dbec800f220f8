import { rowScanner, splitCells } from './csv-rows.js';

const delimiters = [',', ';', '\t', '|'];

/** Number of rows after the header that decide if the header has several of the delimiters. */
const ROWS = 10;

/** What the options and the name of the file say about a table. */
export interface Known {
  readonly delimiter: string | undefined;
  /** The option `headerRow`. */
  readonly headerRow: number | 'none' | undefined;
  readonly extension: string;
}

export interface Dialect {
  readonly delimiter: string;
  /** Number of bytes of a first line `sep=;`. 0: there is none. */
  readonly skip: number;
}

/**
 * The delimiter of a table: the one in the options, the one that a first line `sep=;` names, TAB for a `.tsv` file, or the one that fits the
 * first rows best.
 * @param head the first bytes of the table
 * @param isAll whether to decide by these bytes: no more come, or no more are wanted
 * @returns `undefined` if more bytes are needed
 */
export function dialectOf(head: Buffer, known: Known, isAll: boolean): Dialect | undefined {
  const named = namedDelimiter(head, isAll);
  if (named === undefined) return undefined;
  const { skip } = named;
  const given = known.delimiter ?? named.delimiter ?? (known.extension === 'tsv' ? '\t' : undefined);
  const delimiter = given ?? guess(head, known.headerRow, isAll);
  return delimiter === undefined ? undefined : { delimiter, skip };
}

/**
 * The delimiter that a first line `sep=;` or `"sep=;"` names. Excel uses it and does not show the line. `undefined`: more bytes are needed to
 * know whether there is such a line.
 */
function namedDelimiter(head: Buffer, isAll: boolean): { readonly delimiter?: string; readonly skip: number } | undefined {
  const text = head.toString('latin1', 0, 16);
  const [line = '', delimiter, end] = /^"?sep=([\t -!#-~])"?(\r\n?|\n|$)/i.exec(text) ?? [];
  if (delimiter !== undefined) {
    const mayGoOn = end === '' || (end === '\r' && line.length === head.length);
    return mayGoOn && !isAll ? undefined : { delimiter, skip: line.length };
  }
  const mayBegin = text.length < '"sep=;'.length && /^"?(s|se|sep|sep=)?$/i.test(text);
  return mayBegin && !isAll ? undefined : { skip: 0 };
}

type Cells = readonly (string | undefined)[];

interface Fit {
  readonly delimiter: string;
  /** Number of cells of the header. */
  readonly cells: number;
  /** Share of the rows with as many cells as the header. */
  readonly matching: number;
  /** Share of the delimiters that are followed by a space, as punctuation is. */
  readonly spaced: number;
}

/**
 * Of the delimiters that the header has, the one with which most rows have as many cells as the header; comma if it has none. Equally good
 * ones: the one that is followed by a space less often, then the one with more cells. `undefined`: more bytes are needed.
 */
function guess(head: Buffer, headerRow: Known['headerRow'], isAll: boolean): string | undefined {
  const found = delimiters.map((delimiter) => ({ delimiter, rows: tableRows(head, delimiter, headerRow, isAll) }));
  const withHeader = found.filter(({ rows: [header] }) => header !== undefined);
  const candidates = withHeader.filter(({ rows: [header = []] }) => header.length > 1);
  const isDecided =
    withHeader.length === found.length && (candidates.length < 2 || candidates.every(({ rows }) => rows.length > ROWS));
  if (!isDecided && !isAll) return undefined;
  const fits = candidates.map(({ delimiter, rows }) => fitOf(delimiter, rows));
  fits.sort((a, b) => b.matching - a.matching || a.spaced - b.spaced || b.cells - a.cells);
  return fits[0]?.delimiter ?? delimiters[0];
}

/** The cells of the header and of up to ten complete rows after it, if the table has this delimiter. A malformed row has no cells. */
function tableRows(head: Buffer, delimiter: string, headerRow: Known['headerRow'], isAll: boolean): Cells[] {
  const scanner = rowScanner(delimiter.charCodeAt(0), 0);
  const blocks = [scanner.scan(head)];
  if (isAll && scanner.isBetweenCells()) blocks.push(scanner.end());
  const firstRow = headerRow === undefined || headerRow === 'none' ? 1 : headerRow;
  const rows: Cells[] = [];
  for (const { bytes, starts, ends, numbers } of blocks) {
    for (const [index, start] of starts.entries()) {
      if ((numbers[index] as number) < firstRow || rows.length > ROWS) continue;
      // Only the number of cells and their first characters count, and delimiters are ASCII, so bytes need not be decoded as UTF-8.
      const cells = splitCells(bytes.toString('latin1', start, ends[index]), delimiter);
      rows.push('reason' in cells ? [] : cells);
    }
  }
  return rows;
}

function fitOf(delimiter: string, rows: readonly Cells[]): Fit {
  const [header = [], ...others] = rows;
  const after = rows.flatMap((cells) => cells.slice(1));
  return {
    delimiter,
    cells: header.length,
    matching: others.length === 0 ? 1 : others.filter(({ length }) => length === header.length).length / others.length,
    spaced: after.filter((cell) => cell?.startsWith(' ')).length / after.length,
  };
}
