import type { MendedTally } from '../../mended.js';
import type { Table } from '../../table/table.js';
import { MAX_COLUMNS, type SheetRows, sheetRows } from './rows.js';
import { sheet } from './sheet.js';
import { columnWidths } from './widths.js';
import type { Part } from './zip.js';

/** Rows that a sheet takes, the header row among them. */
const MAX_ROWS = 1_048_576;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The files of a workbook. How many sheets there are is known when the last row is written, so what lists them comes last. */
export async function* workbook(
  table: Table,
  modifiedAt: Date | undefined,
  mended: MendedTally,
  maxRows: number = MAX_ROWS,
): AsyncGenerator<Part> {
  const columns = table.columns.slice(0, MAX_COLUMNS);
  for (const name of table.columns.slice(MAX_COLUMNS)) mended.name('columnsPastSheet', name);
  const rows = sheetRows(table);
  try {
    yield { name: '_rels/.rels', content: packageRelationships };
    yield { name: 'docProps/core.xml', content: coreProperties(modifiedAt ?? new Date(Date.UTC(1980, 0))) };
    yield { name: 'xl/styles.xml', content: styles };
    const widths = await columnWidths(columns, table, rows);
    let sheets = 0;
    do {
      const form = { columns, widths, maxRows, first: sheets === 0 };
      yield { name: `xl/worksheets/sheet${++sheets}.xml`, content: sheet(rows, form, mended) };
    } while (await hasMore(rows, columns));
    yield { name: 'xl/workbook.xml', content: workbookXml(sheets) };
    yield { name: 'xl/_rels/workbook.xml.rels', content: workbookRelationships(sheets) };
    yield { name: '[Content_Types].xml', content: contentTypes(sheets) };
  } finally {
    await rows.close();
  }
}

/** Rows without a column have nothing to write. */
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
