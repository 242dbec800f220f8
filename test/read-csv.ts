import { parseString } from 'fast-csv';

/** Every row as fast-csv reads it, the header row among them; it tells neither an empty cell from a missing one nor `""` from nothing. */
export function readCsv(text: string, delimiter = ','): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { headers: false, delimiter, ignoreEmpty: false })
      .on('error', reject)
      .on('data', (row) => rows.push(row.length === 0 ? [''] : row))
      .on('end', () => resolve(rows));
  });
}
