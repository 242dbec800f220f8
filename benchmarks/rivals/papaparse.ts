import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import { offerRows } from './offer-rows.js';
import type { Output, Rival } from './rival.js';
import { inBatches, writeAll } from './write.js';

export const papaparse: Rival = {
  name: 'papaparse',
  package: 'papaparse',
  works: {
    'csv-columns': { run: ({ items }, output) => write(items(), output, [...flatColumns]) },
    csv: { note: notes.firstItem, run: ({ items }, output) => write(items(), output) },
    'csv-nested': { note: notes.byHand, run: ({ items }, output) => write(offerRows(items()), output, [...nestedFields]) },
  },
};

/** It only writes whole arrays: it gets batches of a thousand, so that memory does not grow. */
async function write(rows: Iterable<unknown>, output: Output, columns?: string[]): Promise<void> {
  const { default: papa } = await import('papaparse');
  const texts = function* (): Generator<string> {
    let fields = columns;
    let header = true;
    for (const data of inBatches(rows)) {
      fields ??= Object.keys(data[0] as object);
      yield `${papa.unparse({ fields, data }, { header })}\r\n`;
      header = false;
    }
  };
  await writeAll(output.stream(), texts());
}
