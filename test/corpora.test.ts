import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exportItems, fileSource, formatNames, formats } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { fixtures } from './doors/cases.js';
import { cellText, columnsOf, leavesOf } from './expected-cells.js';
import { exportBytes, exportText } from './export-text.js';
import { readCsv } from './read-csv.js';

const folder = new URL('corpora/', fixtures);
const corpora = [...readdirSync(folder).filter((name) => name.endsWith('.jsonl')), '../../../examples/earthquakes.jsonl'];
const pathOf = (name: string): string => fileURLToPath(new URL(name, folder));
const itemsOf = (name: string) =>
  readFileSync(pathOf(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe.each(corpora)('%s', (name) => {
  const stored = itemsOf(name);

  it('json and jsonl have every item', async () => {
    expect(JSON.parse(await exportText(await fileSource(pathOf(name)), 'format=json'))).toEqual(stored);
    const lines = (await exportText(await fileSource(pathOf(name)), 'format=jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(stored);
  });

  it('csv has every cell', async () => {
    const columns = columnsOf(stored);
    const source = await fileSource(pathOf(name));
    const [header, ...rows] = await readCsv(
      await exportText(source, { format: 'csv', maxColumns: 1_000_000, maxNameLength: 10_000 }),
    );
    expect(header).toEqual(columns.map(cellText));
    expect(rows.length).toBe(stored.length);
    for (const [row, cells] of rows.entries()) {
      const leaves = leavesOf(stored[row]);
      expect(cells).toEqual(columns.map((column) => cellText(leaves.get(column))));
    }
  });

  it.each(formatNames)('%s gives the same bytes twice, and its report counts them', async (format) => {
    const source = await fileSource(pathOf(name));
    const bytes = await exportBytes(source, { format });
    const again = await exportItems(source, { format });
    const chunks: Uint8Array[] = [];
    for await (const chunk of again.bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    const report = await again.report;
    expect(report).toMatchObject({
      complete: true,
      itemsRead: stored.length,
      recordsWritten: stored.length,
      bytesWritten: bytes.length,
    });
    expect(report.columns !== undefined).toBe(formats[format].kind === 'table');
  });
});
