import type { Facts } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import type { Pushed } from './item-lines.js';
import type { DatasetFacts } from './store.js';
import type { Tally } from './tally.js';

/** What is kept of a dataset beside its items and what is counted of them. */
export type DatasetRecord = Omit<DatasetFacts, 'modifiedAt' | 'itemCount' | 'cleanItemCount' | 'bytes'>;

/** Where the items of one dataset are kept. What it tells of them is of those acknowledged. */
export interface Shelf {
  readonly tally: Tally;
  /** Of the last push; `undefined`: there was none. */
  readonly modifiedAt: Date | undefined;
  /** Changes whenever the items do. */
  readonly version: string;
  source(facts: Facts): Source;
  /** Takes all items or none, in the order of the calls. @throws UnwritableOutputError */
  append(pushed: Pushed): Promise<void>;
  /** Resolves when the record is on disk. @throws UnwritableOutputError */
  keep(record: DatasetRecord): Promise<void>;
  /** The record may be kept some time later. */
  note(record: DatasetRecord): void;
  remove(): Promise<void>;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}
