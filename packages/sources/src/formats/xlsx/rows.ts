import { type Batch, InvalidParameterError, type Item, type Json } from '@dataset-items/query-pipeline';
import { columnNames, headerAdvice, noHeaderRow, unnamed } from '../../column-names.js';
import { type RowToItem, rowToItem } from '../../columns.js';
import { Malformed } from '../../malformed.js';
import { orSkip, type RawBatch, type Skip } from '../../raw-batch.js';
import type { StoredInput } from '../format.js';
import { notWorkbook, openArchive } from './archive.js';
import { type Links, linkName, readLinks } from './links.js';
import { cellValue, columnName, readRows, type SheetRow } from './sheet.js';
import { readWorkbook, type Sheet, type Workbook } from './workbook.js';

/**
 * Rows of a sheet as items; rows without a value are skipped. The streaming reader of exceljs is not used: it breaks characters at the
 * edges of chunks, decodes escapes of inline text twice, and waits forever for the rest of a file that was cut short.
 * @throws InvalidParameterError for a sheet that does not exist
 */
export async function* readSheetRows(input: StoredInput): AsyncGenerator<RawBatch> {
  const { source, file, options, faults, signal } = input;
  const { headerRow, links: keepsLinks = false } = options;
  const archive = await openArchive(file);
  const workbook = await readWorkbook(archive);
  const { path } = sheetOf(workbook, input);
  const links = keepsLinks ? await readLinks(archive, path) : undefined;
  const isNumbered = headerRow !== undefined && headerRow !== 'none';
  let table: Table | undefined;
  for await (let rows of readRows(archive, path, { formulas: keepsLinks })) {
    signal?.throwIfAborted();
    if (table === undefined) {
      if (isNumbered) rows = rows.filter(({ number }) => number >= headerRow);
      const [first] = rows;
      if (first === undefined) continue;
      if (isNumbered && first.number !== headerRow) throw noHeaderRow(headerRow);
      table = tableOf(input, workbook, links, headerRow === 'none' ? undefined : first);
      if (headerRow !== 'none') rows = rows.slice(1);
    }
    if (rows.length > 0) yield { ...rowBatch(source, rows, table), faults };
  }
  if (table === undefined && isNumbered) throw noHeaderRow(headerRow);
}

/** The sheet asked for, or the first that is visible. */
function sheetOf({ sheets }: Workbook, { options: { sheet: wanted }, remark }: StoredInput): Sheet {
  const [first] = sheets;
  const found =
    wanted === undefined ? (sheets.find(({ isHidden }) => !isHidden) ?? first) : sheets.find(({ name }) => name === wanted);
  if (found !== undefined) {
    if (wanted === undefined && first?.isHidden) {
      const hidden = `the first sheet, ${JSON.stringify(first.name)}, is hidden`;
      remark?.(
        first === found ? `${hidden}, and so are all others` : `${hidden}; ${JSON.stringify(found.name)} was read instead`,
      );
    }
    return found;
  }
  if (wanted === undefined) throw notWorkbook('it has no worksheet');
  const names = sheets.map(({ name }) => JSON.stringify(name)).join(', ');
  throw new InvalidParameterError('sheet', wanted, `a sheet of the workbook: ${names}`);
}

/** How rows become items. */
interface Table {
  readonly source: string;
  readonly workbook: Workbook;
  readonly links: Links | undefined;
  /** The number of columns that may have values. `undefined`: any; those without a name are numbered. */
  readonly width: number | undefined;
  itemOf(values: Cells, addresses: Cells): Item;
}

/** Values by column. */
type Cells = readonly (Json | undefined)[];

/** The values of the columns, and after them the addresses of their links. */
function fieldsOf(width: number, values: Cells, addresses: Cells): (field: number) => Json | undefined {
  return (field) => (field < width ? values[field] : addresses[field - width]);
}

/**
 * @param row the header. Absent: columns are named by their places. Without it no other row can be read, so a malformed one is never skipped.
 */
function tableOf(input: StoredInput, workbook: Workbook, links: Links | undefined, row: SheetRow | undefined): Table {
  const { source, options, maxDepth, remark } = input;
  const { nested = false, strict } = options;
  /** Fields of the columns, and after them those of their links. */
  const makerOf = (names: readonly string[]): RowToItem => {
    const fields = links === undefined ? names : columnNames([...names, ...names.map(linkName)], { byte: 0 });
    return rowToItem(fields, nested, maxDepth, 0);
  };
  try {
    const given = row === undefined ? [] : headerOf(row, workbook);
    let names = columnNames(given, { strict, byte: 0, remark });
    let made = makerOf(names);
    // A single name over rows with more cells is a title.
    const width = row === undefined || (given.length > 1 && !strict) ? undefined : names.length;
    const itemOf: Table['itemOf'] = (values, addresses) => {
      if (values.length > names.length) {
        const first = unnamed(names.length);
        names = columnNames([...given, ...Array.from({ length: values.length - given.length }, () => undefined)], { byte: 0 });
        made = makerOf(names);
        if (row !== undefined) remark?.(`columns after the last column name were numbered, from ${first}`);
      }
      return made(fieldsOf(names.length, values, addresses));
    };
    return { source, workbook, links, width, itemOf };
  } catch (cause) {
    const place = { source, line: row?.number ?? 1 };
    throw new Malformed(0, `in the header row: ${(cause as Error).message}`, { cause, place, fatal: true });
  }
}

function headerOf(row: SheetRow, workbook: Workbook): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const cell of row.cells) {
    const value = cellValue(cell, workbook);
    if (value !== undefined && value !== '') names[cell.column] = String(value);
  }
  return Array.from(names);
}

function rowBatch(source: string, rows: readonly SheetRow[], table: Table): RawBatch {
  const parse = (from: number, to: number, skip?: Skip): Batch => {
    const items: Item[] = [];
    for (const row of rows.slice(from, to)) {
      const item = orSkip(() => parseRow(row, table), skip);
      if (item !== undefined) items.push(item);
    }
    return items;
  };
  return { source, count: () => rows.length, parse, lineOf: () => rows[0]?.number ?? 1 };
}

/** @throws Malformed that names the cell */
function parseRow({ number, cells }: SheetRow, { source, workbook, links, width, itemOf }: Table): Item {
  const values: (Json | undefined)[] = [];
  const addresses: (string | undefined)[] = [];
  for (const cell of cells) {
    try {
      const value = cellValue(cell, workbook);
      if (value !== undefined && width !== undefined && cell.column >= width) {
        throw new Error(`a value in a column without a name${headerAdvice(number)}`);
      }
      values[cell.column] = value;
      addresses[cell.column] = links?.(number, cell);
    } catch (cause) {
      const reason = `cell ${columnName(cell.column)}${number}: ${(cause as Error).message}`;
      throw new Malformed(0, reason, { cause, place: { source, line: number } });
    }
  }
  return itemOf(values, addresses);
}
