import { type Facts, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { asBuffer, type BytesAt, type ChunkOptions } from './bytes.js';
import { nameOf } from './input-names.js';
import { withBytes } from './lines-range.js';
import type { ReadOptions } from './options.js';
import { beginOfLines, checkRangedOptions, type RangedFiles, type RangedInput, rangedInputs } from './ranged-files.js';
import type { StoredSource } from './source.js';

/** Stored bytes of JSON Lines, for example an object of a store, which can be read in ranges as often as needed. */
export interface StoredLines {
  /** For errors, and for the format if its extension tells it. */
  readonly name: string;
  /** Default: the name without folders and extension, and no date. */
  readonly facts?: Partial<Facts> | undefined;
  /** Changes whenever the bytes change. */
  readonly version: string;
  /** Number of bytes. */
  readonly size: number;
  /** The bytes from the first offset (included) to the second (excluded). `signal` fires when they are no longer needed. */
  read(from: number, to: number, signal: AbortSignal | undefined): AsyncIterable<Uint8Array>;
}

/**
 * Stored JSON Lines, one after the other, as ranges of their items, which are cut at line ends.
 * @throws UnreadableSourceError for bytes that are not JSON Lines in UTF-8, or that are compressed; InvalidParameterError for an option
 */
export async function rangedLines(inputs: readonly StoredLines[], given: ReadOptions = {}): Promise<RangedFiles> {
  const options = { ...checkRangedOptions(given), blocking: false };
  const ranged = inputs.map((input): RangedInput => {
    const { name, size } = input;
    const bytes = bytesAt(input);
    const short = nameOf(name);
    const facts = { id: short, name: short, modifiedAt: undefined, ...input.facts };
    const notLines = new UnreadableSourceError(name, 'cannot be read in ranges, expected JSON Lines that are not compressed');
    const begin = async () => (size === 0 ? 0 : await beginOfLines(bytes, options));
    const whole = (): StoredSource => {
      throw notLines;
    };
    const checkedBegin = async (): Promise<number> => {
      const at = await begin();
      if (at !== undefined) return at;
      // Bytes that cannot be read are not detected either; reading one gives the error.
      await withBytes(bytes, ({ read }) => read(Buffer.alloc(1), 0));
      throw notLines;
    };
    return { bytes, facts, size, begin: checkedBegin, whole };
  });
  return rangedInputs(ranged, JSON.stringify(inputs.map(({ name, size, version }) => [name, size, version])), options);
}

function bytesAt({ name, size, read }: StoredLines): BytesAt {
  const chunks = async function* ({ start = 0, size: most = size, signal, onBytes }: ChunkOptions): AsyncGenerator<Buffer> {
    const end = Math.min(size, start + most);
    if (start >= end) return;
    for await (const chunk of read(start, end, signal)) {
      signal?.throwIfAborted();
      onBytes?.(chunk.length);
      yield asBuffer(chunk);
    }
  };
  return {
    name,
    chunks,
    open: async (options) => ({
      size,
      read: async (target, position) => {
        const into = asBuffer(target);
        let count = 0;
        for await (const chunk of chunks({ ...options, start: position, size: target.length })) {
          count += chunk.copy(into, count);
        }
        return count;
      },
      close: async () => {},
    }),
  };
}
