import type { ColumnReport, NeverFound } from '@dataset-items/query-pipeline';
import type { ReplacementReport } from '@dataset-items/serializers';
import type { Accepted, ChangedNumbers, Remark, Skipped } from '@dataset-items/sources';

/** The report of an export. */
export interface Report {
  /** Whether the last byte was handed out. False if the reader stopped earlier. */
  readonly complete: boolean;
  /** Stored items read in the window. */
  readonly itemsRead: number;
  /** Records written. */
  readonly recordsWritten: number;
  readonly bytesWritten: number;
  /** There were more records than `maxRecords`, and the export ended there. */
  readonly ended?: true;
  /** Names in the query that no record had. Empty if nothing was read. */
  readonly neverFound: readonly NeverFound[];
  /** Malformed items that the source skipped, if it skips them. */
  readonly skipped: Skipped;
  /** What the source accepted that is not JSON, if it is lenient, by kind. */
  readonly accepted: Accepted;
  /**
   * Numbers of the items read that the export changes, because JavaScript prints them as other decimal numbers. With `exact`, and for items that
   * are not JSON text, there are none (docs/semantics.md#numbers).
   */
  readonly changedNumbers: ChangedNumbers;
  /** What the source has decided about its input, such as names of columns. */
  readonly remarks: readonly Remark[];
  /** Values, names and characters that the format cannot hold: replaced, changed, truncated or dropped. */
  readonly replaced: ReplacementReport;
  /** The columns, for a format that has them. */
  readonly columns?: ColumnReport;
}
