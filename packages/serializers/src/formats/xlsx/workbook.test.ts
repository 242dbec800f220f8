import { type Batch, compile } from '@dataset-items/query-pipeline';
import ExcelJS from 'exceljs';
import { expect, it } from 'vitest';
import { mendedTally } from '../../mended.js';
import { tabulate } from '../../table/tabulate.js';
import { cellWriter } from './cell.js';
import { columnLetters } from './sheet.js';
import { workbook } from './workbook.js';
import { zip } from './zip.js';

it.each([
  { records: 4, sheets: [[0, 1, 2, 3]] },
  { records: 5, sheets: [[0, 1, 2, 3], [4]] },
  {
    records: 8,
    sheets: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ],
  },
  { records: 9, sheets: [[0, 1, 2, 3], [4, 5, 6, 7], [8]] },
])('$records records on sheets of 5 rows', async ({ records, sheets }) => {
  const batches = async function* (): AsyncGenerator<Batch> {
    for (let n = 0; n < records; n++) yield [{ n }];
  };
  const mended = mendedTally();
  const table = await tabulate(batches(), compile({}).layout, cellWriter(mended));
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip(workbook(table, undefined, mended, 5), { level: 1, modifiedAt: undefined })) chunks.push(chunk);
  const read = new ExcelJS.Workbook();
  await read.xlsx.load(Uint8Array.from(Buffer.concat(chunks)).buffer as unknown as ExcelJS.Buffer);
  expect(read.worksheets.map(({ name }) => name)).toEqual(['Data', 'Data 2', 'Data 3'].slice(0, sheets.length));
  const columns = read.worksheets.map((sheet) => (sheet.getColumn(1).values as unknown[]).slice(1));
  expect(columns).toEqual(sheets.map((rows) => ['n', ...rows]));
});

it.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
  [16_383, 'XFD'],
] as const)('column %i is %s', (position, letters) => {
  expect(columnLetters(position)).toBe(letters);
});
