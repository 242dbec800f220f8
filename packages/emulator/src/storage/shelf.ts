import type { Facts } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import type { DatasetFacts } from './store.js';
import type { Tally } from './tally.js';

/** What is kept of a dataset beside its items and what is counted of them. */
export type DatasetRecord = Omit<DatasetFacts, 'modifiedAt' | 'itemCount' | 'cleanItemCount' | 'bytes'>;

/** Where the items of one dataset are kept. What it tells of them is of those acknowledged. */
export interface Shelf {
  readonly tally: Readonly<Tally>;
  /** Of the items as compact JSON, a line each. */
  readonly bytes: number;
  /** Of the last push; `undefined`: there was none. */
  readonly modifiedAt: Date | undefined;
  /** Changes whenever the items do. */
  readonly version: string;
  source(facts: Facts): Source;
  /** Takes all lines or none, in the order of the calls. @throws UnwritableOutputError */
  append(lines: readonly string[]): Promise<void>;
  /** Keeps the record; `now`: resolves when it is on disk, else it may be kept some time later. */
  keep(record: DatasetRecord, now: boolean): Promise<void>;
  remove(): Promise<void>;
  close(): Promise<void>;
}
