import type { ReadOptions } from '@dataset-items/sources';

/** The input of a named source, with its options. */
export interface SourceInput extends Omit<ReadOptions, 'onBytes'> {
  /** A path, a pattern of paths, an http or https URL, or `postgres://user@host/database?query=select ...`. */
  readonly from: string;
}
