import { pipeline } from 'node:stream/promises';
import type { FormatterOptionsArgs, FormatterRow } from 'fast-csv';
import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import { offerRows } from './offer-rows.js';
import type { Output, Rival } from './rival.js';
import { writeAll } from './write.js';

export const fastCsv: Rival = {
  name: 'fast-csv',
  package: 'fast-csv',
  works: {
    'csv-columns': { run: ({ items }, output) => write(items(), output, { headers: [...flatColumns] }) },
    csv: { note: notes.firstItem, run: ({ items }, output) => write(items(), output, { headers: true }) },
    'csv-nested': {
      note: notes.byHand,
      run: ({ items }, output) => write(offerRows(items()), output, { headers: [...nestedFields] }),
    },
  },
};

async function write(
  rows: Iterable<unknown>,
  output: Output,
  options: FormatterOptionsArgs<FormatterRow, FormatterRow>,
): Promise<void> {
  const { format } = await import('fast-csv');
  const formatter = format(options);
  await Promise.all([pipeline(formatter, output.stream()), writeAll(formatter, rows)]);
}
