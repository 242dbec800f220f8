import type { RandomAccess } from '../bytes.js';
import type { FaultLog } from '../faults.js';
import type { Found } from '../found.js';
import type { Reading } from '../reading.js';
import type { StoredSource } from '../source.js';

/** A way in which items are stored. */
export type SourceFormat = TextFormat | StoredFormat | DirectoryFormat;

interface FormatFacts {
  readonly summary: string;
  /** Without the dot; what a file holds counts for more. */
  readonly extensions: readonly string[];
}

/** Read from the first byte to the last. */
export interface TextFormat extends FormatFacts {
  readonly kind: 'text';
  /** @throws Malformed */
  open(input: TextInput): AsyncIterable<Found>;
}

/** Read here and there: a stream is kept in a temporary file first. */
export interface StoredFormat extends FormatFacts {
  readonly kind: 'stored';
  /** @throws Malformed */
  open(input: StoredInput): AsyncIterable<Found>;
}

/** Items in files of their own. */
export interface DirectoryFormat extends FormatFacts {
  readonly kind: 'directory';
  open(path: string, options: Reading): Promise<StoredSource>;
}

interface Input {
  /** Name for errors. */
  readonly source: string;
  readonly options: Reading;
  readonly maxDepth: number;
  /** Takes what is malformed; where there is none, it is thrown. */
  readonly faults: FaultLog | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface TextInput extends Input {
  /** Without a byte order mark. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes dropped before the first chunk. */
  readonly dropped: number;
  /** Of the name, in lower case and without the dot; empty where there is none. */
  readonly extension: string;
  /** Kept up to date by the format, for whoever tells of a fault of the bytes themselves. 1-based. */
  readonly reached: { line: number };
}

export interface StoredInput extends Input {
  readonly file: RandomAccess;
}
