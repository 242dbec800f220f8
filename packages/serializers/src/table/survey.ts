import { type Item, unlisted } from '@dataset-items/query-pipeline';
import { type ColumnLimits, foundColumns } from './columns.js';
import { leafReader } from './leaves.js';
import type { ColumnReport } from './table.js';

export interface ColumnSurvey {
  add(record: Item): void;
  /** What a table of the records added would have: `written` counts its columns. */
  read(): ColumnReport;
}

/** Counts the columns of records without making rows of them. */
export function surveyColumns(limits: ColumnLimits = {}): ColumnSurvey {
  const columns = foundColumns(unlisted, limits);
  const leaves = leafReader(columns);
  return {
    add: leaves.read,
    read: () => {
      columns.finish();
      return columns.report();
    },
  };
}
