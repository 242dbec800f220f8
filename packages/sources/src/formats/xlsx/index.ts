import type { StoredFormat } from '../format.js';

export const xlsx: StoredFormat = {
  kind: 'stored',
  summary: 'One sheet of a workbook: a header row of names, then a row an item',
  extensions: ['xlsx', 'xlsm'],
  open: async function* (input) {
    // Loaded when there is a workbook to read: its libraries would double the start-up of every export.
    const { findSheetRows } = await import('./rows.js');
    yield* findSheetRows(input);
  },
};
