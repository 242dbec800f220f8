import { pipeline } from 'node:stream/promises';
import type { Options } from 'csv-stringify';
import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import { offerRows } from './offer-rows.js';
import type { Output, Rival } from './rival.js';
import { writeAll } from './write.js';

export const csvStringify: Rival = {
  name: 'csv-stringify',
  package: 'csv-stringify',
  works: {
    'csv-columns': { run: ({ items }, output) => write(items(), output, { columns: [...flatColumns] }) },
    csv: { note: notes.firstItem, run: ({ items }, output) => write(items(), output, {}) },
    'csv-nested': {
      note: notes.byHand,
      run: ({ items }, output) => write(offerRows(items()), output, { columns: [...nestedFields] }),
    },
  },
};

/** By default it writes `true` as 1. */
const cast = { boolean: String };

async function write(rows: Iterable<unknown>, output: Output, options: Options): Promise<void> {
  const { stringify } = await import('csv-stringify');
  const stringifier = stringify({ ...options, header: true, cast });
  await Promise.all([pipeline(stringifier, output.stream()), writeAll(stringifier, rows)]);
}
