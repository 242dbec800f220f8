import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as zlib from 'node:zlib';
import { type Facts, type Item, type Json, oneOf, setField, UnreadableSourceError } from '@dataset-items/query-pipeline';
import {
  type CheckedSource,
  defineInput,
  defineSource,
  type MemoryOptions,
  type StoredBytes,
  type Window,
  wholeWindow,
} from '@dataset-items/sources';
import { systemReason } from '@dataset-items/temporary-file';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet';

export interface ParquetSourceOptions extends Pick<MemoryOptions, 'bigint' | 'maxDepth' | 'temporaryDirectory'> {
  /** Name and date of the dataset. Default: the file's name and its modification date. */
  readonly facts?: Partial<Facts> | undefined;
  /** Further codecs, such as those of `hyparquet-compressors`. Snappy, gzip, Brotli and, if Node has it, Zstandard are included. */
  readonly compressors?: Compressors | undefined;
}

const ownCompressors: Compressors = {
  GZIP: (bytes) => zlib.gunzipSync(bytes),
  BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
  ...('zstdDecompressSync' in zlib && { ZSTD: zlib.zstdDecompressSync as (bytes: Uint8Array) => Uint8Array }),
};

/**
 * A Parquet file as a source with one item per row, read row group by row group. `total()` and the window need no reading. Integers are
 * numbers if JavaScript can represent them exactly; otherwise `bigint` decides. Dates are ISO 8601 text, bytes are base64 text.
 * @throws UnreadableSourceError
 */
export async function parquetSource(path: string, options: ParquetSourceOptions = {}): Promise<CheckedSource> {
  const { facts, compressors, ...taking } = options;
  const { file, metadata, modifiedAt } = await open(path);
  const total = Number(metadata.num_rows);
  const name = basename(path);
  return defineSource(
    {
      facts: { id: name, name, modifiedAt, ...facts },
      total: () => total,
      applies: ['offset', 'limit', 'desc'],
      items: (window) => readRows(path, file, metadata, window, { ...ownCompressors, ...compressors }),
    },
    taking,
  );
}

/**
 * Parquet as a format of input, for `fileSource`, `openInputs` and plugins of the command: `fileSource(path, { inputs: { parquet:
 * parquetInput } })`. Packed files and streams are read too. Everything before an offset is read; `parquetSource` skips it.
 */
export const parquetInput = defineInput({
  summary: 'Parquet: one item per row',
  extensions: ['parquet'],
  signature: 'PAR1',
  parameters: {
    bigint: oneOf('Integers that a number cannot represent exactly', ['refuse', 'text'], { local: true, defaultText: 'refuse' }),
  },
  async *items({ name, size, read }, { bigint }) {
    const slice = async (from: number, to = size): Promise<ArrayBuffer> => {
      const part = new ArrayBuffer(to - from);
      await fill(new Uint8Array(part), from, read);
      return part;
    };
    const file: AsyncBuffer = { byteLength: size, slice };
    const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
      throw unreadable(name, error);
    });
    const rows = readRows(name, file, metadata, wholeWindow, ownCompressors);
    for await (const row of rows) yield bigint === 'text' ? withTexts(row) : row;
  },
});

async function fill(target: Uint8Array, from: number, read: StoredBytes['read']): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const length = await read(target.subarray(done), from + done);
    if (length === 0) throw new Error('the file ends too early');
    done += length;
  }
}

interface Opened {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly modifiedAt: Date;
}

async function open(path: string): Promise<Opened> {
  try {
    const { mtime } = await stat(path);
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file), modifiedAt: mtime };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UnreadableSourceError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const reason = error instanceof Error && 'code' in error ? systemReason(error) : String(error).replace(/^Error: /, '');
  return new UnreadableSourceError(path, `cannot be read as Parquet: ${reason}`, { cause: error, missing });
}

async function* readRows(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  { offset, limit, desc }: Window,
  compressors: Compressors,
): AsyncGenerator<object> {
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const total = Number(metadata.num_rows);
  const count = Math.max(0, Math.min(limit, total - offset));
  const first = desc ? total - offset - count : offset;
  const spans = groupSpans(metadata, first, first + count);
  for (const { rowStart, rowEnd } of desc ? spans.toReversed() : spans) {
    let rows: unknown[][] = [];
    const onComplete = (read: unknown[][]): void => {
      rows = read;
    };
    await parquetRead({ file, metadata, rowStart, rowEnd, compressors, utf8: false, onComplete }).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    for (const row of desc ? rows.toReversed() : rows) yield itemOf(names, row);
  }
}

interface Span {
  readonly rowStart: number;
  /** The index after the last row. */
  readonly rowEnd: number;
}

/** The part of each row group that is between two rows. */
function groupSpans({ row_groups }: FileMetaData, first: number, end: number): Span[] {
  let start = 0;
  return row_groups.flatMap(({ num_rows }) => {
    const [rowStart, rowEnd] = [Math.max(start, first), Math.min(start + Number(num_rows), end)];
    start += Number(num_rows);
    return rowStart < rowEnd ? [{ rowStart, rowEnd }] : [];
  });
}

/** An item from a row and the names of its columns. The library's own objects lose names such as `__proto__`. */
function itemOf(names: readonly string[], row: readonly unknown[]): Item {
  const item: Record<string, Json> = {};
  // Values that are not JSON, such as dates, are converted later, as for every source.
  for (const [at, name] of names.entries()) setField(item, name, withNumbers(row[at] ?? null) as Json);
  return item;
}

/** The value with numbers instead of those BigInts that a number represents exactly. */
function withNumbers(value: unknown): unknown {
  return withBigints(value, (number) => (Number.isSafeInteger(Number(number)) ? Number(number) : number));
}

/** The item with text instead of BigInts. */
function withTexts(item: object): object {
  return withBigints(item, String) as object;
}

/** Only lists and plain objects are copied. */
function withBigints(value: unknown, replace: (bigint: bigint) => unknown): unknown {
  if (typeof value === 'bigint') return replace(value);
  if (Array.isArray(value)) return value.map((element) => withBigints(element, replace));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy: Item = {};
  for (const [name, field] of Object.entries(value))
    setField(copy as Record<string, Json>, name, withBigints(field, replace) as Json);
  return copy;
}
