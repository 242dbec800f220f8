import { wholeNumber } from '@dataset-items/query-pipeline';
import { tableFormat } from '../format.js';
import { cellWriter } from './xlsx/cell.js';
import { workbook } from './xlsx/workbook.js';
import { zip } from './xlsx/zip.js';

const parameters = {
  compression: wholeNumber('How hard to compress, 1 (fast) to 9 (small)', { least: 1, most: 9, defaultText: '3', local: true }),
} as const;

/** A workbook; past the rows of a sheet it goes on on another (SEMANTICS section 7). */
export const xlsx = tableFormat({
  summary: 'an Excel workbook',
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  extension: 'xlsx',
  parameters,
  cellWriter: (_options, mended) => cellWriter(mended),
  serializer:
    ({ compression = 3 }, { modifiedAt }, mended) =>
    (table) =>
      zip(workbook(table, modifiedAt, mended), { level: compression, modifiedAt }),
});
