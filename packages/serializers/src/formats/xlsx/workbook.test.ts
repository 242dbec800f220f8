import { buffer, text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Batch, compile } from '@dataset-items/query-pipeline';
import ExcelJS from 'exceljs';
import { expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { ByteWriter } from '../../bytes.js';
import { replacementTally } from '../../replacements.js';
import { tabulate } from '../../table/tabulate.js';
import { cellWriter, columnLetters } from './cell.js';
import { type SheetLimits, workbook } from './workbook.js';
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
  const written = await workbookOf(
    Array.from({ length: records }, (_, n) => ({ n })),
    { maxRows: 5, restart: 3 },
  );
  const read = new ExcelJS.Workbook();
  await read.xlsx.load(Uint8Array.from(written).buffer as unknown as ExcelJS.Buffer);
  expect(read.worksheets.map(({ name }) => name)).toEqual(['Data', 'Data 2', 'Data 3'].slice(0, sheets.length));
  const columns = read.worksheets.map((sheet) => (sheet.getColumn(1).values as unknown[]).slice(1));
  expect(columns).toEqual(sheets.map((rows) => ['n', ...rows]));
});

it('a sheet of many pieces is whole, although their memory is used again', async () => {
  const cells = Array.from({ length: 12_000 }, (_, n) => `${n}:${` ${(n * 7919) % 1009}`.repeat(80)}`);
  const archive = await fromBufferPromise(await workbookOf(cells.map((a) => ({ a }))));
  let read: string[] = [];
  for await (const entry of archive.eachEntry()) {
    if (!entry.fileName.includes('sheet1')) continue;
    const content = await text(await archive.openReadStreamPromise(entry));
    expect(content.length).toBeGreaterThan(8 * 512 * 1024);
    expect(entry.crc32).toBe(crc32(content));
    read = Array.from(content.matchAll(/<t>(\d+:[^<]*)</g), ([, cell = '']) => cell);
  }
  expect(read).toEqual(cells);
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

it.each([
  ['x', '1x'],
  ['', '1'],
  [' x', '2 x'],
  ['x\n', '2x\n'],
] as const)('%j is kept as %j: the first digit says whether blanks at its ends count', (value, kept) => {
  const writer = new ByteWriter();
  cellWriter(replacementTally())(writer, value);
  expect(Buffer.from(writer.take()).toString()).toBe(kept);
});

async function workbookOf(records: Batch, limits?: SheetLimits): Promise<Buffer> {
  const batches = async function* (): AsyncGenerator<Batch> {
    for (const record of records) yield [record];
  };
  const replaced = replacementTally();
  const table = await tabulate(compile().records(batches()), cellWriter(replaced));
  return buffer(zip(workbook(table, undefined, replaced, limits), { level: 1, modifiedAt: undefined }));
}
