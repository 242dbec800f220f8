import { openTemporaryFile } from '@dataset-items/temporary-file';
import { type OpenRandomAccess, readHead } from './bytes.js';
import { isOldOffice, isTelling, isUtf16, isZip, packingOf, textForm } from './detect.js';
import { type FaultLog, Malformed } from './faults.js';
import { type SourceFormatName, sourceFormats } from './formats/index.js';
import { type Found, locate, malformedInput } from './found.js';
import type { ReadOptions } from './options.js';
import { defaultMaxDepth } from './spans.js';
import { isBrotli, unpack } from './unpack.js';

/** Of a name, in lower case and without the dot; empty where there is none. */
export interface Extensions {
  readonly extension: string;
  /** The one before that: `csv` of `items.csv.gz`. */
  readonly innerExtension: string;
}

export interface BytesInput extends Extensions {
  readonly source: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly options: ReadOptions;
  readonly faults: FaultLog;
  readonly signal: AbortSignal | undefined;
  /** The same bytes, to be read here and there, where they are in a file. */
  readonly openStored?: (() => Promise<OpenRandomAccess>) | undefined;
}

/** Items of bytes that come once, told apart by what the bytes hold. @throws MalformedInputError, UnwritableOutputError */
export async function* findInBytes(input: BytesInput): AsyncGenerator<Found> {
  const reached = { line: 1 };
  const faults = input.options.skipMalformed ? input.faults : undefined;
  try {
    yield* findItems(input, faults, reached);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = () => locate({ source: input.source, lineOf: () => reached.line }, error);
    if (faults === undefined || error.fatal) throw malformedInput(await place(), error);
    await faults.note(place);
  }
}

/** @throws Malformed */
async function* findItems(input: BytesInput, faults: FaultLog | undefined, reached: { line: number }): AsyncGenerator<Found> {
  const { source, extension, innerExtension, options, signal } = input;
  const head = await readHead(input.chunks, isTelling);
  try {
    const { bytes, dropped, chunks } = head;
    const packing = dropped > 0 ? undefined : packingOf(bytes, extension, isBrotli);
    if (packing !== undefined) {
      const unpacked = { chunks: unpack(packing, chunks), openStored: undefined };
      const inner = { ...input, ...unpacked, extension: innerExtension, innerExtension: '' };
      yield* findItems(inner, faults, reached);
      return;
    }
    const format = sourceFormats[formatOf(bytes, extension, options.inputFormat)];
    const common = { source, options, maxDepth: options.maxDepth ?? defaultMaxDepth, faults, signal };
    if (format.kind === 'stored') {
      const { openStored = () => keepInFile(chunks, options) } = input;
      const file = await openStored();
      try {
        yield* format.open({ ...common, file });
      } finally {
        await file.close();
      }
      return;
    }
    if (isUtf16(bytes)) throw new Malformed(0, 'UTF-16 text; UTF-8 is expected', { fatal: true });
    if (isOldOffice(bytes))
      throw new Malformed(0, 'an .xls file, or a workbook with a password; .xlsx is expected', { fatal: true });
    yield* format.open({ ...common, chunks, dropped, extension, reached });
  } finally {
    await head.close();
  }
}

/** What the bytes are to be read as. */
export function formatOf(
  head: Buffer,
  extension: string,
  asked: SourceFormatName | undefined,
): Exclude<SourceFormatName, 'directory'> {
  if (asked !== undefined && asked !== 'directory') return asked;
  return isZip(head) ? 'xlsx' : textForm(head, extension);
}

/** @throws UnwritableOutputError */
async function keepInFile(chunks: AsyncIterable<Uint8Array>, { temporaryDirectory }: ReadOptions): Promise<OpenRandomAccess> {
  const file = await openTemporaryFile(temporaryDirectory);
  try {
    for await (const chunk of chunks) await file.append(chunk);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
