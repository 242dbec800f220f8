import ExcelJS from 'exceljs';
import { jsonLines } from './scratch.js';

export const flat = Array.from({ length: 30 }, (_, index) => ({
  id: `${index}`,
  name: `žluťoučký "kůň", ${'\u{1f40e}'.repeat(index % 3)}\na & b`,
  link: `https://example.com/?a=${index}&b=<c>`,
}));
export const typed = flat.map(({ id, ...rest }, index) => ({ id: Number(id) + 0.5, ...rest, sold: index % 2 === 0 }));
export const lines = jsonLines(flat);

export async function workbook(items: readonly Readonly<Record<string, unknown>>[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Data');
  sheet.addRow(Object.keys(items[0] ?? {}));
  for (const item of items) sheet.addRow(Object.values(item));
  return new Uint8Array(await book.xlsx.writeBuffer());
}
