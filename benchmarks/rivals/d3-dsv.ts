import type { Item } from 'dataset-items';
import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import { offerRows } from './offer-rows.js';
import type { Rival } from './rival.js';
import { inBatches, writeAll } from './write.js';

type Row = Record<string, string>;

/** It accepts objects with any values, although its types do not say so. */
const asRows = (items: readonly Item[]): Row[] => items as unknown as Row[];

/** It only writes whole arrays: it gets batches of a thousand where columns are given. */
export const d3Dsv: Rival = {
  name: 'd3-dsv',
  package: 'd3-dsv',
  works: {
    'csv-columns': {
      run: async ({ items }, output) => {
        const { csvFormatBody, csvFormatRow } = await import('d3-dsv');
        const texts = function* (): Generator<string> {
          yield `${csvFormatRow([...flatColumns])}\n`;
          for (const batch of inBatches(items())) yield `${csvFormatBody(asRows(batch), [...flatColumns])}\n`;
        };
        await writeAll(output.stream(), texts());
      },
    },
    csv: {
      note: notes.inMemory,
      run: async ({ items }, output) => {
        const { csvFormat } = await import('d3-dsv');
        await writeAll(output.stream(), [csvFormat(asRows([...items()]))]);
      },
    },
    'csv-nested': {
      note: notes.byHand,
      run: async ({ items }, output) => {
        const { csvFormatRow, csvFormatRows } = await import('d3-dsv');
        const texts = function* (): Generator<string> {
          yield `${csvFormatRow([...nestedFields])}\n`;
          for (const batch of inBatches(offerRows(items()))) yield `${csvFormatRows(batch as unknown as string[][])}\n`;
        };
        await writeAll(output.stream(), texts());
      },
    },
  },
};
