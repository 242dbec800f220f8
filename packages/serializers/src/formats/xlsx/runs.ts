import type { Facts } from '@dataset-items/query-pipeline';
import type { RowRun, TableRuns } from '../../format.js';
import type { ReplacementTally } from '../../replacements.js';
import { MAX_COLUMNS } from './stretches.js';
import { columnWidths } from './widths.js';
import { partsAfter, partsBefore, type SheetLimits, sheetColumns, sheetName, workbookRun } from './workbook.js';
import { archive, type Compressed, compress, type Part } from './zip.js';

/** A workbook in runs of rows. Each is a series of whole pieces of the compressed sheet. */
export function workbookRuns(
  { maxRows, restart }: SheetLimits,
  level: number,
  { modifiedAt }: Pick<Facts, 'modifiedAt'>,
  replaced: ReplacementTally,
): TableRuns {
  return {
    split: (rows, columns, least) => {
      const perSheet = maxRows - 1;
      const sheets = columns.length === 0 ? 1 : Math.max(1, Math.ceil(rows / perSheet));
      const step = Math.max(1, Math.ceil(least / restart)) * restart;
      return Array.from({ length: sheets }, (_, sheet) => {
        const before = sheet * perSheet;
        const end = columns.length === 0 ? 1 : Math.min(perSheet, rows - before) + 1;
        return Array.from({ length: Math.ceil(end / step) }, (_, index): RowRun => {
          const after = index * step;
          const upTo = Math.min(after + step, end);
          return { sheet, after, upTo, isLast: upTo === end, skip: before + Math.max(after, 1) - 1 };
        });
      }).flat();
    },
    measure: (columns, blocks) => columnWidths(columns.slice(0, MAX_COLUMNS), blocks),
    write: ({ sheet, ...run }, columns, widths, blocks, { openNumbered, reusesChunks } = {}) => {
      const form = { columns: columns.slice(0, MAX_COLUMNS), widths, first: sheet === 0, restart };
      return compress(workbookRun(blocks, form, run, { replaced, openNumbered }), { level, isLast: run.isLast, reusesChunks });
    },
    join: (columns, runs) => {
      sheetColumns(columns, replaced);
      const parts = async function* (): AsyncGenerator<Part<{ readonly run: number }>> {
        const sheets: Compressed<{ readonly run: number }>[][] = [];
        for (const [index, { run, content }] of runs.entries()) {
          const sheet = sheets[run.sheet] ?? [];
          sheets[run.sheet] = sheet;
          sheet.push({ ...content, run: { run: index } });
        }
        yield* partsBefore(modifiedAt);
        for (const [sheet, content] of sheets.entries()) yield { name: sheetName(sheet), content };
        yield* partsAfter(sheets.length);
      };
      return archive(parts(), { level, modifiedAt });
    },
  };
}
