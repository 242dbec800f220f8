import type { NeverFound } from '@dataset-items/query-pipeline';
import type { ColumnReport, MendedReport } from '@dataset-items/serializers';
import type { Skipped } from '@dataset-items/sources';

/** What an export did. */
export interface Report {
  /** Whether the last byte was handed out; false where the reader left before. */
  readonly complete: boolean;
  /** Stored items read in the window. */
  readonly itemsRead: number;
  /** Records the query made of them. */
  readonly recordsWritten: number;
  readonly bytesWritten: number;
  /** Names that a list of the query gave and no record had; empty where nothing was read. */
  readonly neverFound: readonly NeverFound[];
  /** Malformed items that the source left out, where it was told to. */
  readonly skipped: Skipped;
  /** What the format could not hold as it was, and was written otherwise or left out. */
  readonly mended: MendedReport;
  /** Of a format with columns. */
  readonly columns?: ColumnReport;
}
