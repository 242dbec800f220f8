import { type InputOptions, openInputs } from 'dataset-items';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { check, newPath, type Row } from './read.js';

const shop = { rich: 'plain bold', link: 'Shop', pct: 0.25, first: '1900-01-01T00:00:00.000Z', time: '07:05:00', txtnum: '0012' };

describe('workbooks', () => {
  const hidden = 'the first sheet, "Hidden", is hidden; "Visible" was read instead';
  const rows: readonly Row[] = [
    {
      name: 'a duration and a time of day',
      file: 'C03-kinds.xlsx',
      items: [{ link: 'site', dur: 1.253472222222222, time: '07:05:00', bool: true, err: '#N/A' }],
    },
    { name: 'the first visible sheet', file: 'C05-first-hidden.xlsx', items: [{ name: 'desk' }], remarks: [hidden] },
    {
      name: 'a hidden sheet that is asked for',
      file: 'C05-first-hidden.xlsx',
      options: { sheet: 'Hidden' },
      items: [{ secret: 1 }],
    },
    { name: 'links are text', file: 'C15-rich-link-time.xlsx', items: [shop] },
    {
      name: 'links are kept',
      file: 'C15-rich-link-time.xlsx',
      options: { links: true },
      items: [{ ...shop, link_link: 'https://example.com/shop' }],
    },
    {
      name: 'links of a workbook without shared strings',
      file: 'C03-kinds.xlsx',
      options: { links: true, sheet: 'Sheet' },
      items: [
        { link: 'site', link_link: 'https://example.com/a', dur: 1.253472222222222, time: '07:05:00', bool: true, err: '#N/A' },
      ],
    },
  ];
  it.each(rows)('$name', check);

  async function bookOf(fill: (book: ExcelJS.Workbook) => void): Promise<string> {
    const book = new ExcelJS.Workbook();
    fill(book);
    const path = newPath('xlsx');
    await book.xlsx.writeFile(path);
    return path;
  }

  async function read(path: string, options: InputOptions = {}): Promise<{ items: object[]; remarks: string[] }> {
    const source = await openInputs([path], options);
    const items: object[] = [];
    for await (const batch of source.read()) items.push(...batch);
    return { items, remarks: source.remarks().map(({ message }) => message) };
  }

  const day = 86_400_000;
  it.each([
    { format: 'h:mm', value: 0, means: '00:00:00' },
    { format: 'h:mm AM/PM', value: 0.75, means: '18:00:00' },
    { format: 'mm:ss.0', value: 1.25 / 86400, means: '00:00:01.250' },
    { format: 'hh:mm:ss', value: 1 - 0.2 / day, means: '1900-01-01T00:00:00.000Z' },
    { format: 'yyyy-mm-dd hh:mm', value: 0.5, means: '12:00:00' },
    { format: 'h:mm', value: 1.5, means: '1900-01-01T12:00:00.000Z' },
    { format: 'd.m.yyyy', value: 45000, means: '2023-03-15T00:00:00.000Z' },
    { format: '[h]:mm', value: 0.5, means: 0.5 },
  ])('$value shown as $format is $means', async ({ format, value, means }) => {
    const path = await bookOf((book) => {
      const sheet = book.addWorksheet('Data');
      sheet.addRows([['a'], [value]]);
      sheet.getCell('A2').numFmt = format;
    });
    const { items } = await read(path);
    expect(items).toEqual([{ a: means }]);
  });

  it('sheets: very hidden ones are passed over, and if all are hidden the first is read', async () => {
    const states = (...all: ('visible' | 'hidden' | 'veryHidden')[]) =>
      bookOf((book) => {
        for (const [index, state] of all.entries()) {
          book.addWorksheet(`S${index}`, { state }).addRows([['a'], [index]]);
        }
      });
    expect(await read(await states('veryHidden', 'hidden', 'visible', 'visible'))).toEqual({
      items: [{ a: 2 }],
      remarks: ['the first sheet, "S0", is hidden; "S2" was read instead'],
    });
    expect(await read(await states('visible', 'hidden'))).toEqual({ items: [{ a: 0 }], remarks: [] });
    expect(await read(await states('hidden', 'hidden'))).toEqual({
      items: [{ a: 0 }],
      remarks: ['the first sheet, "S0", is hidden, and so are all others'],
    });
  });

  it('links: of a formula, inside the workbook, in nested and repeated columns', async () => {
    const path = await bookOf((book) => {
      const sheet = book.addWorksheet('Data');
      sheet.addRow(['a/0', 'a/1', 'b', 'b_link']);
      sheet.addRow([
        { text: 'one', hyperlink: 'https://example.com/?a=1&b=2' },
        { text: 'two', hyperlink: '#Data!A1' },
        { formula: 'HYPERLINK("https://example.com/x ""y""","text")', result: 'text' },
        'own',
      ]);
      sheet.addRow(['plain']);
    });
    const { items } = await read(path, { links: true, nested: true });
    expect(items).toEqual([
      {
        a: ['one', 'two'],
        b: 'text',
        b_link: 'own',
        a_link: ['https://example.com/?a=1&b=2', expect.stringMatching(/^#?.*Data!A1$/)],
        b_link_2: 'https://example.com/x "y"',
      },
      { a: ['plain'] },
    ]);
  });
});
