import { wholeNumber } from '@dataset-items/query-pipeline';
import { tableFormat } from '../format.js';
import { cellForm, cellWriter, sheetText } from './xlsx/cell.js';
import { workbookRuns } from './xlsx/runs.js';
import { type SheetLimits, sheetLimits, workbook } from './xlsx/workbook.js';
import { zip } from './xlsx/zip.js';

const parameters = {
  compression: wholeNumber('Compression level, from 1 (fast) to 9 (small)', { least: 1, most: 9, defaultText: '3', local: true }),
} as const;

/** A workbook. If a sheet is full, further rows go to another sheet (docs/semantics.md#xlsx). */
export const xlsx = workbookFormat(sheetLimits);

/** The same with other limits of sheets, for tests. */
export function workbookFormat(limits: SheetLimits) {
  return tableFormat({
    summary: 'an Excel workbook',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
    binary: true,
    keepsSpelling: true,
    texts: { cell: sheetText },
    parameters,
    // A number that a double cannot hold is text, and the others are written as JavaScript prints them.
    cellForm: ({ exact }) => (exact ? undefined : cellForm),
    cellWriter: (_options, replaced) => cellWriter(replaced),
    runs: ({ compression = 3 }, facts, replaced) => workbookRuns(limits, compression, facts, replaced),
    serializer:
      ({ compression = 3 }, { modifiedAt }, replaced) =>
      (table) =>
        zip(workbook(table, modifiedAt, replaced, limits), { level: compression, modifiedAt, reusesChunks: table.reusesChunks }),
  });
}
