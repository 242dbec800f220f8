import type { ChunkMemory, RandomAccess } from '../bytes.js';
import type { JsonFraming, JsonPiece } from '../json-reading.js';
import type { Tolerance } from '../malformed.js';
import type { RawBatch } from '../raw-batch.js';
import type { Reading } from '../reading.js';
import type { Recognizable } from '../recognition.js';
import type { StoredSource } from '../source.js';

/** A way in which items are stored. */
export type SourceFormat = TextFormat | StoredFormat | DirectoryFormat;

interface FormatFacts {
  readonly summary: string;
  /** Extensions of files in this format, without the dot. Empty for directories. */
  readonly extensions: readonly string[];
}

/** Read from the first byte to the last. */
export interface TextFormat extends FormatFacts, Recognizable {
  readonly kind: 'text';
  /** @throws Malformed */
  open(input: TextInput): AsyncIterable<RawBatch>;
  /**
   * The same items in reverse, for files that are not packed. Default: items are read forwards and kept in a temporary
   * file. @throws Malformed
   */
  openBackwards?(input: StoredInput): AsyncIterable<RawBatch>;
  /** The layout of items in the bytes, if the format is JSON that can be passed on without parsing. */
  readonly framing?: Exclude<JsonFraming, 'one'>;
  /** The bytes in pieces with complete items, for the framing `elements`. @throws Malformed after the last complete piece */
  pieces?(input: ElementsInput): AsyncIterable<JsonPiece>;
  /** The bytes in pieces of complete items, from the last piece to the first, for files that are not packed. */
  piecesBackwards?(input: PiecesInput): AsyncIterable<JsonPiece>;
}

export type ElementsInput = Pick<TextInput, 'accept' | 'chunks' | 'dropped' | 'reached'>;

export interface PiecesInput extends Pick<StoredInput, 'file' | 'signal'> {
  /** Byte at which the first item begins. Default: after a byte order mark. */
  readonly begin?: number | undefined;
  readonly chunkSize?: number | undefined;
  /** Where chunks are. Default: each in memory of its own. */
  readonly memory?: ChunkMemory | undefined;
}

/** Needs reads at any position, so a stream is kept in a temporary file first. */
export interface StoredFormat extends FormatFacts, Recognizable {
  readonly kind: 'stored';
  /** @throws Malformed */
  open(input: StoredInput): AsyncIterable<RawBatch>;
  /**
   * Other archives of files begin with the same bytes: the file to read in such an archive. `undefined`: these bytes are in the format itself.
   * @throws Malformed, InvalidParameterError
   */
  memberOf?(file: RandomAccess, wanted: string | undefined): Promise<Member | undefined>;
}

/** A file of an archive, unpacked. */
export interface Member {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** One file per item. */
export interface DirectoryFormat extends FormatFacts {
  readonly kind: 'directory';
  open(path: string, options: Reading): Promise<StoredSource>;
}

interface Input extends Tolerance {
  /** Name of the source, for errors. */
  readonly source: string;
  readonly options: Reading;
  readonly maxDepth: number;
  readonly signal: AbortSignal | undefined;
  /** Reports what the format has decided about the input. Default: nowhere. */
  readonly remark?: ((message: string) => void) | undefined;
}

export interface TextInput extends Input {
  /** Without a byte order mark. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Number of bytes dropped before the first chunk. */
  readonly dropped: number;
  /** Extension of the name, in lower case and without the dot; empty if the name has no extension. */
  readonly extension: string;
  /** The current 1-based line. The format keeps it up to date, for errors in the bytes themselves. */
  readonly reached: { line: number };
}

export interface StoredInput extends Input {
  readonly file: RandomAccess;
}
