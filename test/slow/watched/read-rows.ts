import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FormatName } from 'dataset-items';
import { parseFile } from 'fast-csv';
import readXlsxFile from 'read-excel-file/node';
import { SaxesParser } from 'saxes';
import { readHtml } from '../../readers/html.js';
import { unspell } from '../../readers/xlsx.js';

/** A record of two cells as text, whatever the format. */
export type Row = readonly [id: string, name: string];

/** The `id` and `name` of each record of a file, read by independent software. */
export const rowReaders: Readonly<Record<FormatName, (path: string) => AsyncIterable<Row>>> = {
  async *json(path) {
    for (const { id, name } of JSON.parse(readFileSync(path, 'utf8'))) yield [String(id), name];
  },
  async *jsonl(path) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const { id, name } = JSON.parse(line);
      yield [String(id), name];
    }
  },
  async *csv(path) {
    for await (const { id, name } of parseFile(path, { headers: true, ignoreEmpty: true })) yield [id, name];
  },
  async *html(path) {
    const { columns, rows } = readHtml(readFileSync(path, 'utf8'));
    const [id, name] = ['id', 'name'].map((column) => columns.indexOf(column)) as [number, number];
    for (const row of rows) yield [row[id] ?? '', row[name] ?? ''];
  },
  async *xlsx(path) {
    const [sheet] = await readXlsxFile(path);
    const [columns = [], ...rows] = sheet?.data ?? [];
    const [id, name] = ['id', 'name'].map((column) => columns.indexOf(column)) as [number, number];
    for (const row of rows) yield [String(row[id]), String(unspell(row[name] as string))];
  },
  xml: (path) => elementRows(path),
  rss: (path) => elementRows(path),
};

/** The rows of documents whose records are `item` elements. */
async function* elementRows(path: string): AsyncGenerator<Row> {
  const parser = new SaxesParser({ xmlns: true });
  let rows: Row[] = [];
  let open: string[] = [];
  let cells: Record<string, string> = {};
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    if (name === 'item') cells = {};
    open = [...open, name];
  });
  parser.on('text', (text) => {
    const inItem = open.at(-2) === 'item' ? open.at(-1) : undefined;
    if (inItem !== undefined) cells[inItem] = (cells[inItem] ?? '') + text;
  });
  parser.on('closetag', ({ name }) => {
    open = open.slice(0, -1);
    if (name === 'item') rows.push([cells.id ?? '', cells.name ?? '']);
  });
  for await (const chunk of createReadStream(path, 'utf8')) {
    parser.write(chunk);
    yield* rows;
    rows = [];
  }
  parser.close();
  yield* rows;
}
