import type { Scalar } from 'dataset-items';
import ExcelJS from 'exceljs';

export interface Sheet {
  readonly name: string;
  /** All rows, including the header row. Null: no cell. */
  readonly rows: readonly (readonly Scalar[])[];
}

/** The sheets of a workbook, read by exceljs. */
export async function readWorkbook(bytes: Uint8Array): Promise<Sheet[]> {
  return (await loadWorkbook(bytes)).worksheets.map((sheet) => ({
    name: sheet.name,
    rows: Array.from({ length: sheet.rowCount }, (_, row) =>
      Array.from({ length: sheet.columnCount }, (_, column) => unspell(sheet.getCell(row + 1, column + 1).value as Scalar)),
    ),
  }));
}

export async function loadWorkbook(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(Uint8Array.from(bytes).buffer as unknown as ExcelJS.Buffer);
  return workbook;
}

/** Decodes `_xHHHH_`. The readers decode it in shared strings, but not in inline strings, where the file format has it too. */
export function unspell(value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  return value.replace(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
