import type { ColumnReport, Compiled, Facts } from '@dataset-items/query-pipeline';
import type { Format, Formats, ReplacementTally, TableOptions } from '@dataset-items/serializers';
import type { Opened } from '../opened.js';
import type { ExportOptions } from '../options.js';
import type { Pause } from '../pause.js';
import type { MergedReport } from '../ranges/summary.js';
import type { ExportRequest } from '../request.js';
import type { Handed } from '../shaping.js';

/** All that a lane needs for one export. The request has been read and checked. */
export interface Order extends Pick<ExportRequest, 'window' | 'options'>, Pick<Opened, 'source' | 'batches'> {
  /** Called after the last item was read, before all output is written. */
  readonly closeSource: () => Promise<void>;
  readonly facts: Facts;
  readonly request: ExportRequest;
  readonly compiled: Compiled;
  readonly format: Format;
  readonly replaced: ReplacementTally;
  readonly tableOptions: TableOptions;
  readonly signal: AbortSignal | undefined;
  readonly pause: Pause;
  readonly settings: ExportOptions<Formats>;
  /** The number of records so far, which the lane updates for the report. */
  readonly handed: Handed;
  /** Called with the number of items that were read since the last call. */
  onItems(count: number): void;
}

/** An export on its way through a lane. */
export interface Lane {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The columns written and dropped, for a format with columns. Complete after the last chunk. */
  readonly columns?: () => ColumnReport;
  /** What the report tells of a walk over parts of the items, instead of what this walk has noted. */
  readonly merged?: () => MergedReport;
  /** Releases the resources of the lane. */
  readonly close?: () => Promise<void>;
}
