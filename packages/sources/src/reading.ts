import { type Arguments, flag, text, wholeNumber } from '@dataset-items/query-pipeline';

/** How the items of any format are read. */
export const readingParameters = {
  nested: flag('Build nested values out of column names such as a/b/0 (csv, xlsx)', { local: true }),
  sheet: text('Sheet of a workbook', { placeholder: '<name>', local: true, defaultText: 'the first' }),
  dataset: text('Dataset of a storage directory', { placeholder: '<name>', local: true, defaultText: 'default' }),
  skipMalformed: flag('Leave malformed items out and tell of them at the end, instead of stopping at the first', { local: true }),
  maxDepth: wholeNumber('Levels of arrays and objects an item may have', { local: true, defaultText: '1000', most: 5000 }),
} as const;

export type Optional<A> = { readonly [N in keyof A]?: A[N] | undefined };

export interface Reading extends Optional<Arguments<typeof readingParameters>> {
  /** Where a temporary file may be kept, for `desc` and for a workbook that comes as a stream. Default: the system's directory for them. */
  readonly temporaryDirectory?: string | undefined;
  /** Told of every piece of bytes read, as they are stored; see `size` of the source. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** Bytes read at a time; bounds memory, does not change items. Default 256 KiB. */
  readonly chunkSize?: number | undefined;
}
