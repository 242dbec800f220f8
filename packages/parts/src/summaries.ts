import type { ColumnReport, MalformedInputError } from '@dataset-items/query-pipeline';
import type { KeptReplacements, RowRun, RunContent } from '@dataset-items/serializers';

export interface WriteSummary {
  readonly bytes: number;
  readonly records: number;
  /** Rows of a range: what this task has written, and between it what the task that read the range has written as it stays. */
  readonly pieces?: readonly { readonly kind: 'read' | 'write'; readonly from: number; readonly to: number }[];
  /** Of a run of rows. */
  readonly run?: { readonly content: RunContent; readonly replaced: KeptReplacements };
}

/** Items of a range. `null`: they cannot be counted, because the range is malformed somewhere. */
export interface CountSummary {
  readonly items: number | null;
}

/** A malformed item, as plain data. */
export type StoredFault = Pick<MalformedInputError, 'source' | 'line' | 'byte' | 'reason'> & { readonly item?: number };

/** The columns of a table, when all ranges are read. */
export interface Merged {
  readonly names: readonly string[];
  readonly report: ColumnReport;
  /** Rows of each range. */
  readonly rows: readonly number[];
  /** Of a format whose rows are written by their numbers: the runs of rows, and what each needs to know of the first rows. */
  readonly runs?: readonly RowRun[];
  readonly measures?: readonly number[];
}
