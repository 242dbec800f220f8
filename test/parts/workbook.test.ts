import { datasetOfFiles } from '@dataset-items/parts';
import { Workbook } from 'exceljs';
import { expect, it } from 'vitest';
import { smallSheets } from './compare.js';
import { filesOf, inParts, scratch } from './split.js';

it('a workbook in parts over several sheets has its rows under exceljs', async () => {
  await scratch(async (folder) => {
    const items = Array.from({ length: 23 }, (_, n) => ({ id: n, [`k${n % 2}`]: `text ${n}` }));
    const paths = filesOf(folder, [items.map((item) => `${JSON.stringify(item)}\n`).join('')]);
    const asked = { request: 'format=xlsx&desc=1', settings: { formats: smallSheets } };
    const told = await inParts(`${folder}/store`, () => datasetOfFiles(paths), asked, { rangeBytes: 1 });
    const workbook = new Workbook();
    await workbook.xlsx.load(Buffer.from('text' in told ? told.text : '', 'latin1').buffer);
    const rows = workbook.worksheets.map((sheet) => sheet.getSheetValues().slice(1) as unknown[][]);
    // Six rows a sheet, of which the first is the header.
    expect(rows.map((sheet) => sheet.length)).toEqual([6, 6, 6, 6, 4]);
    expect(rows.map((sheet) => sheet[0]?.slice(1))).toEqual(rows.map(() => ['id', 'k0', 'k1']));
    expect(rows.flatMap((sheet) => sheet.slice(1).map((row) => row[1]))).toEqual(items.map(({ id }) => id).reverse());
    expect(rows[0]?.[1]?.slice(1)).toEqual([22, 'text 22']);
    expect(rows[0]?.[2]?.slice(1)).toEqual([21, undefined, 'text 21']);
  });
});
