import type { ReplacementTally } from '../../replacements.js';
import type { OpenNumberedRows } from '../../table/numbered.js';
import type { Table } from '../../table/table.js';
import { type SheetForm, type SheetRun, sheetRun } from './sheet.js';
import { openSheetRows } from './sheet-pen.js';
import { type FramedBlock, framedBlocks, type SheetRows, sheetRows } from './spooled-rows.js';
import { MAX_COLUMNS } from './stretches.js';
import { measured } from './widths.js';
import type { Part } from './zip.js';

/** What limits the sheets of a workbook. Tests use smaller ones. */
export interface SheetLimits {
  /** Largest number of rows of a sheet, including the header row. */
  readonly maxRows: number;
  /** Number of rows after which compression starts anew. */
  readonly restart: number;
}

export const sheetLimits: SheetLimits = { maxRows: 1_048_576, restart: 8192 };

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The files of a workbook. The number of sheets is known after the last row, so the files that list the sheets come last. */
export async function* workbook(
  table: Table,
  modifiedAt: Date | undefined,
  replaced: ReplacementTally,
  { maxRows, restart }: SheetLimits = sheetLimits,
): AsyncGenerator<Part> {
  const columns = sheetColumns(table.columns, replaced);
  const { widths, blocks } = await measured(columns, framedBlocks(table));
  const numbered = openSheetRows(table.openNumbered, columns.length);
  const rows = sheetRows(blocks, numbered);
  try {
    yield* partsBefore(modifiedAt);
    let sheets = 0;
    do {
      const form = { columns, widths, first: sheets === 0, restart };
      const run = { after: 0, upTo: maxRows, isLast: true };
      yield { name: sheetName(sheets++), content: sheetRun(rows, form, run, replaced, numbered) };
    } while (await hasMore(rows, columns));
    yield* partsAfter(sheets);
  } finally {
    await rows.close();
  }
}

/** A run of rows of a workbook, apart from the others. */
export async function* workbookRun(
  blocks: AsyncIterable<FramedBlock>,
  form: SheetForm,
  run: SheetRun,
  { replaced, openNumbered }: { readonly replaced: ReplacementTally; readonly openNumbered?: OpenNumberedRows | undefined },
): AsyncGenerator<Uint8Array> {
  const numbered = openSheetRows(openNumbered, form.columns.length);
  const rows = sheetRows(blocks, numbered);
  try {
    yield* sheetRun(rows, form, run, replaced, numbered);
  } finally {
    await rows.close();
  }
}

/** The columns that fit on a sheet. The others are reported. */
export function sheetColumns(columns: readonly string[], replaced: ReplacementTally): readonly string[] {
  for (const name of columns.slice(MAX_COLUMNS)) replaced.name('droppedColumnsPastSheet', name);
  return columns.slice(0, MAX_COLUMNS);
}

/** @param sheet its number, from 0 */
export function sheetName(sheet: number): string {
  return `xl/worksheets/sheet${sheet + 1}.xml`;
}

/** The files before those of the sheets. */
export function partsBefore(modifiedAt: Date | undefined): { readonly name: string; readonly content: string }[] {
  return [
    { name: '_rels/.rels', content: packageRelationships },
    { name: 'docProps/core.xml', content: coreProperties(modifiedAt ?? new Date(Date.UTC(1980, 0))) },
    { name: 'xl/styles.xml', content: styles },
  ];
}

/** The files after those of the sheets. */
export function partsAfter(sheets: number): { readonly name: string; readonly content: string }[] {
  return [
    { name: 'xl/workbook.xml', content: workbookXml(sheets) },
    { name: 'xl/_rels/workbook.xml.rels', content: workbookRelationships(sheets) },
    { name: '[Content_Types].xml', content: contentTypes(sheets) },
  ];
}

/** Whether another sheet is needed. Without columns there is nothing to write for further rows. */
async function hasMore(rows: SheetRows, columns: readonly string[]): Promise<boolean> {
  return columns.length > 0 && rows.more();
}

const packageRelationships =
  `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/>` +
  `<Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`;

function coreProperties(date: Date): string {
  const instant = date.toISOString().replace(/\.\d+/, '');
  const time = (name: string): string => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${instant}</dcterms:${name}>`;
  return (
    `${DECLARATION}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/" ` +
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${time('created')}${time('modified')}</cp:coreProperties>`
  );
}

/** Two styles of cells: plain, and bold for the header row. */
const styles =
  `${DECLARATION}<styleSheet xmlns="${SPREADSHEET}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

function workbookXml(sheets: number): string {
  const list = each(sheets, (n) => `<sheet name="${n === 1 ? 'Data' : `Data ${n}`}" sheetId="${n}" r:id="rId${n}"/>`);
  return (
    `${DECLARATION}<workbook xmlns="${SPREADSHEET}" xmlns:r="${RELATIONSHIPS}">` +
    `<bookViews><workbookView/></bookViews><sheets>${list}</sheets></workbook>`
  );
}

function workbookRelationships(sheets: number): string {
  const relationship = (id: number, type: string, target: string): string =>
    `<Relationship Id="rId${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`;
  const list = each(sheets, (n) => relationship(n, 'worksheet', `worksheets/sheet${n}.xml`));
  return `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${list}${relationship(sheets + 1, 'styles', 'styles.xml')}</Relationships>`;
}

function contentTypes(sheets: number): string {
  const override = (path: string, type: string): string => `<Override PartName="${path}" ContentType="${type}"/>`;
  return (
    `${DECLARATION}<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    override('/xl/workbook.xml', `${SPREADSHEET_TYPE}.sheet.main+xml`) +
    each(sheets, (n) => override(`/xl/worksheets/sheet${n}.xml`, `${SPREADSHEET_TYPE}.worksheet+xml`)) +
    override('/xl/styles.xml', `${SPREADSHEET_TYPE}.styles+xml`) +
    override('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml') +
    '</Types>'
  );
}

function each(count: number, text: (number: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index + 1)).join('');
}
