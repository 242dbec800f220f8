import { type Batch, InvalidParameterError, type Item, type Json } from '@dataset-items/query-pipeline';
import { type RowToItem, rowToItem } from '../../columns.js';
import { Malformed } from '../../faults.js';
import { type Found, orSkip, type Skip } from '../../found.js';
import type { StoredInput } from '../format.js';
import { notWorkbook, openArchive } from './archive.js';
import { cellValue, columnName, readRows, type SheetRow } from './sheet.js';
import { readWorkbook, type Workbook } from './workbook.js';

/**
 * Rows of a sheet as items; rows without a value are none. The streaming reader of exceljs is not used: it breaks characters that lie
 * across two chunks, undoes the escapes of inline text twice, and waits forever on a file that was cut short.
 * @throws InvalidParameterError for a sheet that is not there
 */
export async function* findSheetRows({ source, file, options, maxDepth, faults, signal }: StoredInput): AsyncGenerator<Found> {
  const archive = await openArchive(file);
  const workbook = await readWorkbook(archive);
  const { path } = sheetOf(workbook, options.sheet);
  let header: Header | undefined;
  for await (let rows of readRows(archive, path)) {
    signal?.throwIfAborted();
    if (header === undefined) {
      header = headerOf(source, rows[0] as SheetRow, workbook, options.nested ?? false, maxDepth);
      rows = rows.slice(1);
    }
    if (rows.length > 0) yield { ...foundRows(source, rows, workbook, header), faults };
  }
}

function sheetOf({ sheets }: Workbook, wanted: string | undefined): { path: string } {
  const found = wanted === undefined ? sheets[0] : sheets.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (wanted === undefined) throw notWorkbook('it has no sheet of cells');
  const names = sheets.map(({ name }) => JSON.stringify(name)).join(', ');
  throw new InvalidParameterError('sheet', wanted, `a sheet of the workbook: ${names}`);
}

interface Header {
  readonly isNamed: (column: number) => boolean;
  readonly toItem: RowToItem;
}

/** The first row. Without it no other can be read, so nothing of it is skipped. */
function headerOf(source: string, row: SheetRow, workbook: Workbook, nested: boolean, maxDepth: number): Header {
  try {
    const names: (string | undefined)[] = [];
    for (const cell of row.cells) {
      const value = cellValue(cell, workbook);
      if (value !== undefined && value !== '') names[cell.column] = String(value);
    }
    const all = Array.from(names);
    return { isNamed: (column) => all[column] !== undefined, toItem: rowToItem(all, nested, maxDepth, 0) };
  } catch (cause) {
    const place = { source, line: row.number };
    throw new Malformed(0, `in the header row: ${(cause as Error).message}`, { cause, place, fatal: true });
  }
}

function foundRows(source: string, rows: readonly SheetRow[], workbook: Workbook, header: Header): Found {
  const parse = (from: number, to: number, skip?: Skip): Batch => {
    const items: Item[] = [];
    for (const row of rows.slice(from, to)) {
      const item = orSkip(() => parseRow(source, row, workbook, header), skip);
      if (item !== undefined) items.push(item);
    }
    return items;
  };
  return { source, count: () => rows.length, parse, lineOf: () => rows[0]?.number ?? 1 };
}

/** @throws Malformed that names the cell */
function parseRow(source: string, { number, cells }: SheetRow, workbook: Workbook, { isNamed, toItem }: Header): Item {
  const values: (Json | undefined)[] = [];
  for (const cell of cells) {
    try {
      const value = cellValue(cell, workbook);
      if (value !== undefined && !isNamed(cell.column)) throw new Error('a value in a column without a name');
      values[cell.column] = value;
    } catch (cause) {
      const reason = `cell ${columnName(cell.column)}${number}: ${(cause as Error).message}`;
      throw new Malformed(0, reason, { cause, place: { source, line: number } });
    }
  }
  return toItem((column) => values[column]);
}
