import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import { type Facts, InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { statFile } from '@dataset-items/temporary-file';
import {
  aheadUnlessBlocking,
  type BytesAt,
  type ChunkMemory,
  fileBytes,
  openRandomAccess,
  readFileChunks,
  unreadable,
} from './bytes.js';
import { countedOnce, countItems } from './counted.js';
import { followFile } from './follow.js';
import { sourceFormats } from './formats/index.js';
import { type Extensions, extensionsOf, nameOf } from './input-names.js';
import { jsonBackwards, jsonFormat, jsonForwards } from './json-bytes.js';
import { type FaultLog, faultLog, Malformed, toleranceOf } from './malformed.js';
import { type OpenedBytes, openBytes, readBytes } from './open.js';
import { checkReadOptions, inputParameters, type ReadOptions } from './options.js';
import { inputFormatNamed } from './own-input.js';
import type { RawBatch } from './raw-batch.js';
import { type StoredOptions, type StoredSource, storedSource } from './source.js';
import { defaultMaxDepth, isJson } from './spans.js';
import { reverseThroughFile } from './spooled.js';
import { oneShotSource, readPipe } from './stream.js';

/**
 * Items in a file or a directory. The format is detected by the bytes and the extension; packed files are unpacked. `size` and
 * `onBytes` count stored (packed) bytes.
 * @throws UnreadableSourceError, InvalidParameterError (for an option, and for a dataset that a storage directory does not have)
 */
export async function fileSource(path: string, given: ReadOptions = {}): Promise<StoredSource> {
  const options = checkReadOptions(given);
  const stats = await statFile(path, options.blocking).catch((error: Error) => {
    throw unreadable(path, error);
  });
  const { inputFormat } = options;
  const asked = inputFormatNamed(inputFormat, options);
  if (stats.isDirectory() && !options.follow) {
    const format = asked ?? Object.values(sourceFormats).find(({ kind }) => kind === 'directory');
    if (format?.kind === 'directory') return format.open(path, options);
    throw new UnreadableSourceError(path, `cannot be read as ${inputFormat}: it is a directory`);
  }
  if (asked?.kind === 'directory') throw new UnreadableSourceError(path, `cannot be read as a ${inputFormat}: it is a file`);
  const name = nameOf(path);
  const facts = { id: name, name, modifiedAt: stats.mtime };
  if (options.follow) return followedFile(path, stats, facts, options);
  if (!stats.isFIFO()) return storedFile(path, stats, { ...facts, version: versionOf(stats, options) }, options);
  return oneShotSource(facts, path, (signal) => readPipe(path, options, signal), options, extensionsOf(path));
}

/** @throws InvalidParameterError, UnreadableSourceError */
async function followedFile(path: string, stats: Stats, facts: Facts, options: ReadOptions): Promise<StoredSource> {
  const { inputFormat = 'jsonl', itemsAt, lenient, until } = options;
  if (inputFormat !== 'jsonl') throw new InvalidParameterError('follow', inputFormat, 'JSON Lines');
  if (itemsAt !== undefined) throw new InvalidParameterError('itemsAt', itemsAt, 'it without `follow`');
  if (!stats.isFile()) throw new UnreadableSourceError(path, 'cannot be followed: it is not a file');
  const looked = await lookAt(path, options, extensionsOf(path));
  if (looked?.packed) throw new UnreadableSourceError(path, 'cannot be followed: it is packed, or not in UTF-8');
  if (looked === undefined || jsonFormat(looked.format)?.framing !== 'lines') {
    throw new UnreadableSourceError(path, 'cannot be followed: it is not JSON Lines');
  }
  let log: FaultLog | undefined;
  const onCutLine = (): void => log?.remark({ source: path, message: 'the last line was not complete and is left out' });
  const chunksOf = (signal: AbortSignal | undefined, faults: FaultLog) => {
    log = faults;
    const isWhole = (line: Buffer): boolean => isJson(line, lenient);
    return followFile(path, { ...options, signal, until, isWhole, onCutLine });
  };
  return oneShotSource(facts, path, chunksOf, { ...options, inputFormat }, extensionsOf(path));
}

/** Changes whenever the file or the way it is read changes. */
function versionOf({ ino, size, mtimeMs }: Stats, options: ReadOptions): string {
  const { inputs = {}, inputOptions } = options;
  const own = Object.keys(inputs).length === 0 ? [] : [Object.keys(inputs), inputOptions];
  return JSON.stringify([ino, size, mtimeMs, ...inputNames.map((name) => options[name]), ...own]);
}

const inputNames = Object.keys(inputParameters) as (keyof typeof inputParameters)[];

function storedFile(path: string, stats: Stats, facts: Facts, given: ReadOptions): StoredSource {
  // A file of 0 bytes may be a device, or a file that the system fills while it is read.
  const size = stats.isFile() && stats.size > 0 ? stats.size : undefined;
  // Reading a device may wait for ever.
  const options = { ...given, blocking: given.blocking && size !== undefined };
  const extensions = extensionsOf(path);
  const openStored = size === undefined ? undefined : () => openRandomAccess(path, options);
  const open = (signal: AbortSignal | undefined, memory?: ChunkMemory): Promise<OpenedBytes> => {
    const chunks = aheadUnlessBlocking(readFileChunks(path, { ...options, size, signal, memory }), options);
    return openBytes({ chunks, ...extensions, options, openStored });
  };
  const forwards = (signal: AbortSignal | undefined, faults: FaultLog): AsyncIterable<RawBatch> =>
    readBytes({ source: path, options, faults, signal }, () => open(signal));
  const backwards: typeof forwards = async function* (signal, faults) {
    const looked = size === undefined ? undefined : await lookAt(path, options, extensions);
    const format = looked?.packed === false ? looked.format : undefined;
    const openBackwards = format?.kind === 'text' ? format.openBackwards : undefined;
    if (size === undefined || openBackwards === undefined) {
      return yield* reverseThroughFile(path, forwards(signal, faults), options, faults, signal);
    }
    const { read, close } = await openRandomAccess(path, options);
    try {
      const { maxDepth = defaultMaxDepth } = options;
      yield* openBackwards({ source: path, file: { size, read }, options, maxDepth, ...toleranceOf(options, faults), signal });
    } finally {
      await close();
    }
  };
  const json: StoredOptions['json'] = async (window, signal, faults) => {
    // A device is read once only, and from its start; a file that the system fills is not read from its end.
    const hasNothing = size === undefined && window.desc && (await isEmpty(path, stats));
    if (size === undefined && (window.desc ? !hasNothing : !stats.isFile())) return undefined;
    const { format, packed } = (await lookAt(path, options, extensions)) ?? {};
    const bytes = format && jsonFormat(format);
    if (format?.kind !== 'text' || bytes === undefined) return undefined;
    const input = { source: path, window, options, ...toleranceOf(options, faults) };
    if (!window.desc || hasNothing) {
      return jsonForwards(input, bytes, (memory) => open(signal, memory));
    }
    if (size === undefined || packed || format.piecesBackwards === undefined) return undefined;
    return jsonBackwards(input, bytes.framing, format.piecesBackwards, { size, signal });
  };
  const count = (): Promise<number> => {
    // Bytes that are read only for counting do not count as bytes of an export.
    const uncounted = storedFile(path, stats, facts, { ...options, onBytes: undefined });
    const all = () => uncounted.rawBatches(false, undefined, faultLog());
    return size === undefined ? countItems(all()) : countedOnce(`${resolve(path)}\n${facts.version}`, all);
  };
  return storedSource(facts, (desc, ...rest) => (desc ? backwards(...rest) : forwards(...rest)), {
    size,
    json,
    ...(stats.isFile() && { count, files: { paths: [path], options, size: stats.size } }),
  });
}

/** Whether a file of 0 bytes has none when it is read. */
async function isEmpty(path: string, stats: Stats): Promise<boolean> {
  if (!stats.isFile()) return false;
  for await (const chunk of readFileChunks(path, {})) if (chunk.length > 0) return false;
  return true;
}

/** Bytes that are read at once until the format is known. Nearly always the first ones tell. */
const HEAD_BYTES = 16 * 1024;

/** The format of a file, and whether it is packed. `undefined` if it cannot be read; reading it then gives the error. */
export async function lookAt(
  path: string,
  options: ReadOptions,
  extensions: Extensions,
  { chunks, open }: BytesAt = fileBytes(path),
): Promise<OpenedBytes | undefined> {
  try {
    const openStored = () => open({});
    const { blocking } = options;
    const opened = await openBytes({ chunks: chunks({ blocking, chunkSize: HEAD_BYTES }), ...extensions, options, openStored });
    await opened.close();
    return opened;
  } catch (error) {
    if (error instanceof Malformed || error instanceof UnreadableSourceError) return undefined;
    throw error;
  }
}
