import { setImmediate } from 'node:timers/promises';
import type { Item } from 'dataset-items';
import { notes } from './notes.js';
import type { Input, Output, Rival, Work } from './rival.js';
import { inBatches } from './write.js';

export const exceljs: Rival = {
  name: 'exceljs',
  package: 'exceljs',
  works: { 'xlsx-1': atLevel(1), 'xlsx-6': atLevel(6) },
};

function atLevel(level: number): Work {
  return { note: `streaming, ${notes.firstItem}`, run: ({ items }, output) => write(items, output, level) };
}

/** Its writer gives no back-pressure signal: a turn of the event loop every thousand rows lets it compress and write. */
async function write(items: Input['items'], output: Output, level: number): Promise<void> {
  const { default: Excel } = await import('exceljs');
  const stream = output.stream();
  const writer = new Excel.stream.xlsx.WorkbookWriter({
    stream,
    useStyles: false,
    useSharedStrings: false,
    zip: { zlib: { level } },
  });
  const sheet = writer.addWorksheet('Data');
  let columns: string[] | undefined;
  for (const batch of inBatches(items())) {
    if (columns === undefined) {
      columns = Object.keys(batch[0] as Item);
      sheet.addRow(columns).commit();
    }
    for (const item of batch) sheet.addRow(columns.map((name) => item[name])).commit();
    await setImmediate();
  }
  sheet.commit();
  await writer.commit();
}
