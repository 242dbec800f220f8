import type { Transform } from 'node:stream';
import type { Recognizable } from '../recognition.js';

/** A way in which text is compressed or encoded. */
export interface Packing extends Recognizable {
  readonly kind: 'packing';
  /** Extension of packed files, after the extension of the format; without the dot. Absent for encodings. */
  readonly extension?: string;
  /** Gives the bytes as they were before. */
  unpacker(): Transform | Promise<Transform>;
  /** Describes what is wrong with the data when the unpacker failed with `error`. */
  faultOf(error: NodeJS.ErrnoException): string;
}
