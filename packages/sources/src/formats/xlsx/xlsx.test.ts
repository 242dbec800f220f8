import { InvalidParameterError } from '@dataset-items/query-pipeline';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../file.js';
import type { ReadOptions } from '../../options.js';
import { itemsOf, readUntilFailure, scratchDirectory } from '../../testing/scratch.js';

const scratch = scratchDirectory();
let written = 0;

async function write(fill: (book: ExcelJS.Workbook) => void): Promise<string> {
  const book = new ExcelJS.Workbook();
  fill(book);
  return scratch.write(`${written++}.xlsx`, new Uint8Array(await book.xlsx.writeBuffer()));
}

const sheet = (...rows: unknown[][]) =>
  write((book) => {
    book.addWorksheet('Data').addRows(rows);
  });

const date = new Date('2024-02-29T13:45:30.500Z');

const cells: readonly { readonly name: string; readonly cell: unknown; readonly value: unknown }[] = [
  { name: 'a string', cell: 'žluť \u{1f40e} <&>"', value: 'žluť \u{1f40e} <&>"' },
  { name: 'a string with line ends and blanks', cell: ' a\n\tb ', value: ' a\n\tb ' },
  { name: 'a string that looks like an entity', cell: 'a &lt; b', value: 'a &lt; b' },
  {
    name: 'an escape, as a workbook has to write characters that XML cannot hold',
    cell: 'a_x0001_b_x005F_x0041_',
    value: 'a\u0001b_x0041_',
  },
  { name: 'a number', cell: -1.5e-7, value: -1.5e-7 },
  { name: 'a boolean', cell: false, value: false },
  { name: 'a date', cell: date, value: date.toISOString() },
  { name: 'rich text', cell: { richText: [{ text: 'a ' }, { font: { bold: true }, text: 'b' }] }, value: 'a b' },
  { name: 'a hyperlink', cell: { text: 'here', hyperlink: 'https://example.com' }, value: 'here' },
  { name: 'the result of a formula: a number', cell: { formula: 'B1*2', result: 14 }, value: 14 },
  { name: 'the result of a formula: text', cell: { formula: 'B1&"x"', result: '7x' }, value: '7x' },
  { name: 'the result of a formula: a boolean', cell: { formula: 'TRUE()', result: true }, value: true },
  { name: 'the result of a formula: a date', cell: { formula: 'TODAY()', result: date }, value: date.toISOString() },
  { name: 'a formula without a result', cell: { formula: 'B1*2' }, value: undefined },
  { name: 'an error', cell: { error: '#N/A' }, value: '#N/A' },
  { name: 'the error of a formula', cell: { formula: '1/0', result: { error: '#DIV/0!' } }, value: '#DIV/0!' },
  { name: 'nothing', cell: null, value: undefined },
];

const formats: readonly { readonly format: string; readonly number: number; readonly value: unknown }[] = [
  { format: 'General', number: 45000, value: 45000 },
  { format: '0.00', number: 45000, value: 45000 },
  { format: '#,##0 "days"', number: 3, value: 3 },
  { format: '[Red]0.0', number: 3, value: 3 },
  { format: '0.00E+00', number: 3, value: 3 },
  { format: 'yyyy-mm-dd', number: 45000, value: '2023-03-15T00:00:00.000Z' },
  { format: '[$-409]d mmm yy', number: 1, value: '1900-01-01T00:00:00.000Z' },
  { format: 'h:mm', number: 61.25, value: '1900-03-01T06:00:00.000Z' },
  { format: '[h]:mm', number: 1.5, value: 1.5 },
];

describe('xlsx', () => {
  for (const { name, cell, value } of cells) {
    it(`reads ${name}`, async () => {
      const path = await sheet(['before', 'value'], [7, cell]);
      expect(await itemsOf(await fileSource(path))).toEqual([value === undefined ? { before: 7 } : { before: 7, value }]);
    });
  }

  for (const { format, number, value } of formats) {
    it(`reads ${number} shown as ${format}`, async () => {
      const path = await write((book) => {
        const data = book.addWorksheet('Data');
        data.addRows([['value'], [number]]);
        data.getCell('A2').numFmt = format;
      });
      expect(await itemsOf(await fileSource(path))).toEqual([{ value }]);
    });
  }

  it('counts days from 1904 if the workbook does', async () => {
    const path = await write((book) => {
      book.properties.date1904 = true;
      book.addWorksheet('Data').addRows([['value'], [date]]);
    });
    expect(await itemsOf(await fileSource(path))).toEqual([{ value: date.toISOString() }]);
  });

  it('takes the first row that is not blank as the header, and skips blank rows and cells', async () => {
    const path = await write((book) => {
      const data = book.addWorksheet('Data');
      data.getRow(3).values = ['', 'a', undefined, 2024, true];
      data.getCell('B5').value = 'x';
      data.getCell('E9').value = 'y';
    });
    expect(await itemsOf(await fileSource(path))).toEqual([{ a: 'x' }, { true: 'y' }]);
  });

  it('reads the requested sheet, or else the first', async () => {
    const path = await write((book) => {
      for (const name of ['One', 'Žluť & <2>']) book.addWorksheet(name).addRows([['name'], [name]]);
    });
    const read = async (options: ReadOptions) => itemsOf(await fileSource(path, options));
    expect(await read({})).toEqual([{ name: 'One' }]);
    expect(await read({ sheet: 'Žluť & <2>' })).toEqual([{ name: 'Žluť & <2>' }]);
    const failure = read({ sheet: 'Two' });
    await expect(failure).rejects.toThrow(InvalidParameterError);
    await expect(failure).rejects.toThrow('sheet: got "Two", expected a sheet of the workbook: "One", "Žluť & <2>"');
  });

  it('builds nested values on request', async () => {
    const path = await sheet(['a/b', 'a/c/0', 'a/c/1'], [1, true, null]);
    expect(await itemsOf(await fileSource(path, { nested: true }))).toEqual([{ a: { b: 1, c: [true] } }]);
    expect(await itemsOf(await fileSource(path))).toEqual([{ 'a/b': 1, 'a/c/0': true }]);
  });

  it('gives no items for an empty sheet and for a header alone', async () => {
    expect(await itemsOf(await fileSource(await sheet()))).toEqual([]);
    expect(await itemsOf(await fileSource(await sheet(['a'])))).toEqual([]);
  });

  it('refuses a column name that occurs twice, if asked to', async () => {
    const path = await sheet([], ['a', 'b', 'a'], [1, 2, 3]);
    const { error } = await readUntilFailure(await fileSource(path, { strict: true }));
    expect(error).toMatchObject({ line: 2, code: 'malformed-input' });
    expect(error?.message).toContain('the column name "a" occurs twice');
  });

  it('refuses a value in a column without a name, or skips its row on request', async () => {
    const path = await sheet(['a'], [1], [2, 'x'], [3]);
    const { error } = await readUntilFailure(await fileSource(path));
    expect(error).toMatchObject({ line: 3, code: 'malformed-input' });
    expect(error?.message).toContain('cell B3: a value in a column without a name');
    for (const desc of [false, true]) {
      const source = await fileSource(path, { skipMalformed: true });
      expect(await itemsOf(source, { desc, limit: 2 })).toEqual([{ a: desc ? 3 : 1 }]);
      expect(source.skipped()).toMatchObject({ count: 1, first: [{ source: path, line: 3 }] });
    }
  });
});
