import { type Facts, InvalidParameterError } from '@dataset-items/query-pipeline';
import {
  checkedSource,
  expandPaths,
  type FilesRange,
  type RangedFiles,
  type ReadOptions,
  rangedFiles,
  type Source,
} from '@dataset-items/sources';

/** A data set whose items can be read in ranges, as often as needed, by many processes at once. */
export type RangedDataset = DatasetOfFiles | DatasetOfItems;

/** Split by bytes. Its items are counted only if `offset` or `limit` needs it. */
export interface DatasetOfFiles extends RangedFiles {
  readonly by: 'bytes';
}

/** Split by the number of items, which is known. */
export interface DatasetOfItems {
  readonly by: 'items';
  readonly facts: Facts;
  /** Changes whenever the stored items change. */
  readonly version: string;
  /** Number of stored items. */
  readonly total: number;
  /** The items, for one walk. */
  open(): Promise<Source>;
}

/** A part of the items of a data set. Plain data. */
export type Range =
  | { readonly files: FilesRange }
  /** Counted in the order of reading: from the last item if the export is reversed. `to` is excluded. */
  | { readonly items: readonly [from: number, to: number] };

/**
 * Files, directories and patterns, one after the other. Files of JSON Lines are cut at line ends; every other file or directory is in one
 * range.
 * @throws UnreadableSourceError, InvalidParameterError for an option, and for what can be read only once
 */
export async function datasetOfFiles(patterns: readonly string[], options: ReadOptions = {}): Promise<DatasetOfFiles> {
  return { by: 'bytes', ...(await rangedFiles(await expandPaths(patterns), options)) };
}

/**
 * A data set of any source that knows the number of its items and can read from any offset.
 * @param open opens the source for one walk
 * @throws InvalidParameterError for a source whose items can be read only once
 */
export async function datasetOfItems(open: () => Source | Promise<Source>): Promise<DatasetOfItems> {
  const source = await open();
  const total = (await source.total()) ?? (await source.count?.());
  await source.close?.();
  if (total === undefined) {
    throw new InvalidParameterError('dataset', source.facts.name, 'items that can be counted and read more than once');
  }
  const { facts } = source;
  const version = JSON.stringify([facts.version, facts.modifiedAt?.getTime(), total]);
  return { by: 'items', facts, version, total, open: async () => checkedSource(await open()) };
}

/** Opens a data set by the name that a plan has for it. It decides which names there are, and what they stand for. */
export type OpenDataset = (reference: string) => Promise<RangedDataset>;
