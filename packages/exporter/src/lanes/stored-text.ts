import type { Item } from '@dataset-items/query-pipeline';

/** Complete stored items as JSON text. Neither the syntax nor the encoding has been checked, unless it is canonical. */
export interface StoredText {
  /** The bytes, in pieces and joined. */
  readonly pieces: readonly Buffer[];
  bytes(): Buffer;
  /** Where the items are: the lines that are not blank, to be read in this direction, or ranges of bytes. */
  readonly items: 'lines' | 'lines backwards' | readonly { readonly start: number; readonly end: number }[];
  /** The range of the items to read, by their index in the text. `to` is excluded, and may be larger than the number of items. */
  readonly from: number;
  readonly to: number;
  /** The text is as `canonical` of a `JsonText` says. */
  readonly canonical: boolean;
  /** Number of lines, if it is known without counting them. */
  readonly lines?: number | undefined;
  /** Of texts whose number of lines is known: whether a text of the same source follows. */
  readonly continues?: boolean | undefined;
  /** Largest number of levels of arrays and objects in an item. */
  readonly maxDepth: number;
  /** Parses the item at that place. `undefined`: it is malformed and the source skips it. @throws MalformedInputError */
  parse(start: number, end: number): Promise<Item | undefined>;
  /** Counts changed numbers, if the source counts them. */
  readonly numbers?: { look(start: number, end: number): Promise<void>; add(count: number): void } | undefined;
  /** The reader may call it with the number of line feeds in the bytes, which then need not be counted again. */
  counted?(lineFeeds: number): void;
}
