import { type LearnedColumns, type NeverFound, neverFoundInAll } from '@dataset-items/query-pipeline';
import { type KeptReplacements, type ReplacementTally, replacementTally } from '@dataset-items/serializers';
import { type Fault, type LinesRead, lineInSource, type Noted, noted } from '@dataset-items/sources';

/** What is known of a range that was read. Plain data. */
export interface ReadSummary extends Noted {
  /** Bytes written of it. */
  readonly bytes: number;
  readonly records: number;
  readonly itemsRead: number;
  readonly neverFound: readonly NeverFound[];
  readonly replaced: KeptReplacements;
  readonly learned?: LearnedColumns;
  /** `size` of its packed rows. */
  readonly packed?: number;
  /** What was read of files that go on after the range. The lines of its examples are then counted from its start. */
  readonly lines?: readonly LinesRead[];
}

/** A range that has no item of the window. */
export const nothingRead: ReadSummary = {
  ...{ bytes: 0, records: 0, itemsRead: 0, neverFound: [], replaced: { values: {}, names: {} } },
  ...{ skipped: { count: 0, first: [] }, accepted: {}, remarks: [], changedNumbers: { count: 0, first: [] } },
};

/** What the ranges have counted and noted, as one walk would report it. */
export interface MergedReport extends Noted {
  readonly itemsRead: number;
  readonly recordsWritten: number;
  readonly neverFound: readonly NeverFound[];
}

export interface ReportMerger {
  /** Adds a range. Ranges are added in the order of reading. */
  add(summary: ReadSummary): void;
  read(): MergedReport;
}

/** @param replaced receives what the ranges have replaced */
export function mergeReports(replaced: ReplacementTally = replacementTally()): ReportMerger {
  let walks: Noted = nothingRead;
  let names: readonly NeverFound[] | undefined;
  let itemsRead = 0;
  let recordsWritten = 0;
  const lines: LinesRead[] = [];
  const inSource = <T extends Pick<Fault, 'source' | 'line' | 'byte'>>(one: T): T => ({ ...one, line: lineInSource(one, lines) });
  return {
    add: (summary) => {
      itemsRead += summary.itemsRead;
      recordsWritten += summary.records;
      replaced.learn(summary.replaced);
      walks = noted([walks, summary]);
      lines.push(...(summary.lines ?? []));
      // A range without items has found no name.
      if (summary.itemsRead > 0)
        names = neverFoundInAll(names === undefined ? [summary.neverFound] : [names, summary.neverFound]);
    },
    read: () => {
      const { accepted, remarks } = walks;
      const skipped = { ...walks.skipped, first: walks.skipped.first.map(inSource) };
      const changedNumbers = { ...walks.changedNumbers, first: walks.changedNumbers.first.map(inSource) };
      return { itemsRead, recordsWritten, neverFound: names ?? [], skipped, accepted, remarks, changedNumbers };
    },
  };
}
