import { openTemporaryFile } from '@dataset-items/temporary-file';
import { type OpenRandomAccess, readHead } from './bytes.js';
import { detect, isTelling, type ReadableFormat } from './detect.js';
import { insideOf } from './formats/json-inside.js';
import { looksLikeJson } from './formats/json-text.js';
import { type Extensions, extensionsOf } from './input-names.js';
import { type FaultLog, Malformed, type Tolerance, toleranceOf } from './malformed.js';
import type { ReadOptions } from './options.js';
import { inputFormatNamed, inputFormatsOf } from './own-input.js';
import { encodedText, encodingName } from './packings/encoding.js';
import { unpack } from './packings/unpack.js';
import { locate, malformedInput, type RawBatch } from './raw-batch.js';
import { defaultMaxDepth } from './spans.js';

/** Bytes of an unknown format. */
export interface UnknownBytes extends Extensions {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly options: ReadOptions;
  /** The same bytes at any position, if they are in a file. */
  readonly openStored?: (() => Promise<OpenRandomAccess>) | undefined;
  /** The bytes were in another encoding, and are UTF-8 now. */
  readonly decoded?: boolean;
}

export interface BytesInput {
  readonly source: string;
  readonly options: ReadOptions;
  readonly faults: FaultLog;
  readonly signal: AbortSignal | undefined;
}

/** Unpacked bytes of a detected format, for one walk. */
export interface OpenedBytes extends Pick<UnknownBytes, 'extension' | 'openStored'> {
  readonly format: ReadableFormat;
  readonly packed: boolean;
  /** Without a byte order mark. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Number of bytes dropped before the first chunk. */
  readonly dropped: number;
  /** Closes the bytes, whether or not they were read. */
  close(): Promise<void>;
}

/** Detects the format of bytes that can be read once. @throws Malformed */
export async function openBytes(input: UnknownBytes): Promise<OpenedBytes> {
  const { extension, innerExtension, options, openStored, decoded = false } = input;
  const formats = inputFormatsOf(options);
  // How values are laid out does not matter to a path, and a document on one line may come slowly.
  const isPath = (bytes: Buffer): boolean => options.itemsAt !== undefined && looksLikeJson(bytes) === true;
  const head = await readHead(input.chunks, (bytes) => isPath(bytes) || isTelling(bytes, extension, formats));
  const { bytes, dropped, chunks, close } = head;
  try {
    const asked = askedFormat(options);
    const kind = detect(bytes, { extension, marked: dropped > 0 || decoded, asked, formats });
    if (kind.kind === 'unreadable') throw new Malformed(0, kind.reason, { fatal: true });
    if (kind.kind === 'stored' && kind.memberOf !== undefined && kind !== asked && !kind.extensions.includes(extension)) {
      const file = closedOnce(await (openStored ?? (() => keepInFile(chunks, options)))());
      const member = await kind.memberOf(file, options.member).catch(async (error: unknown) => {
        await file.close();
        throw error;
      });
      const closeFile = async (): Promise<void> => {
        await file.close();
        await close();
      };
      if (member === undefined) {
        const book = { format: insideOf(kind, options), packed: false, chunks, dropped, extension };
        return { ...book, openStored: async () => file, close: closeFile };
      }
      const { name, ...unpacked } = { ...member, ...extensionsOf(member.name), openStored: undefined };
      const opened = await openBytes({ ...input, ...unpacked }).catch(async (error: unknown) => {
        await closeFile();
        throw error;
      });
      const closeAll = async (): Promise<void> => {
        await opened.close();
        await closeFile();
      };
      return { ...opened, packed: true, close: closeAll };
    }
    const encoding = kind.kind === 'text' && dropped === 0 && !decoded ? encodingOf(options) : undefined;
    if (kind.kind !== 'packing' && encoding === undefined) {
      return { format: insideOf(kind, options), packed: false, chunks, dropped, extension, openStored, close };
    }
    const packing = kind.kind === 'packing' ? kind : encodedText(encoding as string);
    const inner = packing.extension === extension ? { extension: innerExtension, innerExtension: '' } : {};
    const unpacked = { chunks: unpack(packing, chunks), openStored: undefined, decoded: packing.extension === undefined };
    const opened = await openBytes({ ...input, ...unpacked, ...inner });
    const closeBoth = async (): Promise<void> => {
      await opened.close();
      await close();
    };
    return { ...opened, packed: true, close: closeBoth };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Items of bytes that can be read once. @throws MalformedInputError, UnwritableOutputError */
export async function* readBytes(input: BytesInput, open: () => Promise<OpenedBytes>): AsyncGenerator<RawBatch> {
  const reached = { line: 1 };
  const tolerance = toleranceOf(input.options, input.faults);
  const { faults } = tolerance;
  try {
    yield* readOpened(input, await open(), tolerance, reached);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = () => locate({ source: input.source, lineOf: () => reached.line }, error);
    if (faults === undefined || error.fatal) throw malformedInput(await place(), error);
    await faults.note(place);
  }
}

/** @throws Malformed */
async function* readOpened(
  { source, options, signal, faults: log }: BytesInput,
  { format, chunks, dropped, extension, openStored = () => keepInFile(chunks, options), close }: OpenedBytes,
  tolerance: Tolerance,
  reached: { line: number },
): AsyncGenerator<RawBatch> {
  const remark = (message: string): void => log.remark({ source, message });
  const common = { source, options, maxDepth: options.maxDepth ?? defaultMaxDepth, ...tolerance, signal, remark };
  try {
    if (format.kind === 'text') {
      yield* format.open({ ...common, chunks, dropped, extension, reached });
      return;
    }
    const file = await openStored();
    try {
      yield* format.open({ ...common, file });
    } finally {
      await file.close();
    }
  } finally {
    await close();
  }
}

/** A file that may be closed by its reader and by the end of the walk. */
function closedOnce(file: OpenRandomAccess): OpenRandomAccess {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= file.close();
    return closing;
  };
  return { size: file.size, read: (target, position) => file.read(target, position), close };
}

/** The encoding that the options say, unless it is UTF-8. */
function encodingOf({ encoding }: ReadOptions): string | undefined {
  return encoding === undefined || encodingName(encoding) === 'utf-8' ? undefined : encoding;
}

/** The requested format, if it reads bytes. */
function askedFormat(options: ReadOptions): ReadableFormat | undefined {
  const format = inputFormatNamed(options.inputFormat, options);
  return format?.kind === 'directory' ? undefined : format;
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
