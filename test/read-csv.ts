import { parseString } from 'fast-csv';

/** All rows as fast-csv reads them, including the header row. It does not distinguish an empty cell from a missing one or from `""`. */
export function readCsv(text: string, delimiter = ','): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { headers: false, delimiter, ignoreEmpty: false })
      .on('error', reject)
      .on('data', (row) => rows.push(row.length === 0 ? [''] : row))
      .on('end', () => resolve(rows));
  });
}
