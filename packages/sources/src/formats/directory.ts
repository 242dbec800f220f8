import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Batch, type Facts, InvalidParameterError, type Item, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { markLength, unreadable } from '../bytes.js';
import { type JsonPiece, singleItems } from '../json-reading.js';
import { Malformed, toleranceOf } from '../malformed.js';
import { compareNaturally } from '../natural.js';
import type { NumberLog } from '../numbers.js';
import { orSkip, type RawBatch, type Skip } from '../raw-batch.js';
import type { Reading } from '../reading.js';
import { type StoredOptions, type StoredSource, storedSource } from '../source.js';
import { countLineFeeds, defaultMaxDepth, jsonParser, type ParseSpan } from '../spans.js';
import { type Window, wholeWindow } from '../window.js';
import type { DirectoryFormat } from './format.js';

export const directory: DirectoryFormat = {
  kind: 'directory',
  summary: 'A directory of JSON files with one item each, or a storage directory that holds such directories',
  extensions: [],
  open: openDirectory,
};

const defaultDataset = 'default';
const metadata = '__metadata__.json';
const BATCH = 512;
/** Number of files read at the same time. */
const AT_ONCE = 16;

/**
 * Items as Crawlee stores them: `000000001.json`, ... in numeric order, without `__metadata__.json`. The directory is a dataset, the
 * `datasets` directory, or a storage directory that has one.
 * @throws UnreadableSourceError; InvalidParameterError for a dataset that does not exist
 */
async function openDirectory(root: string, options: Reading): Promise<StoredSource> {
  for (const name of ['itemsAt', 'encoding'] as const) {
    const value = options[name];
    if (value !== undefined) throw new InvalidParameterError(name, value, `it only for files, such as ${join(root, '*.json')}`);
  }
  const path = await datasetDirectory(root, options.dataset);
  const files = (await entriesOf(path)).filter(isItemFile).sort(compareNaturally);
  const name = basename(path) || basename(root);
  const { mtime } = await stat(path);
  return itemFilesSource(path, files, { id: name, name, modifiedAt: mtime }, options);
}

/** File names in the order of their items. An array fits this type. */
export interface FileNames {
  readonly length: number;
  slice(from: number, to: number): readonly string[];
}

/** Items with one file each. */
export function itemFilesSource(path: string, files: FileNames, facts: Facts, options: Reading = {}): StoredSource {
  const rawBatches: StoredSource['rawBatches'] = async function* (desc, signal, faults) {
    const { faults: kept, accept, numbers } = toleranceOf(options, faults);
    const parseSpan = jsonParser(options.maxDepth ?? defaultMaxDepth, accept, numbers);
    for (let done = 0; done < files.length; done += BATCH) {
      signal?.throwIfAborted();
      const [from, to] = desc ? [Math.max(0, files.length - done - BATCH), files.length - done] : [done, done + BATCH];
      const names = files.slice(from, Math.min(to, files.length));
      const paths = (desc ? names.toReversed() : names).map((file) => join(path, file));
      yield { ...fileBatch(path, paths, { parseSpan, numbers }, options, signal), faults: kept };
    }
  };
  const json: StoredOptions['json'] = async (window, signal, faults) => {
    const { maxDepth = defaultMaxDepth } = options;
    const placeOf = ({ source = path, line = 1 }: JsonPiece) => ({ source, line });
    const items = singleItems({ maxDepth, ...toleranceOf(options, faults), placeOf, ofNothing: emptyFile });
    return {
      framing: 'one',
      window: wholeWindow,
      maxDepth,
      ...items,
      pieces: filePieces(path, namesIn(files, window), options, signal),
    };
  };
  return storedSource(facts, rawBatches, { total: async () => files.length, json });
}

/** The files of a window, in its order, some at a time. */
function* namesIn(files: FileNames, { offset, limit, desc }: Window): Generator<readonly string[]> {
  const total = Math.max(0, Math.min(files.length - offset, limit));
  for (let done = 0; done < total; done += AT_ONCE) {
    const [from, to] = [offset + done, offset + Math.min(total, done + AT_ONCE)];
    yield desc ? files.slice(files.length - to, files.length - from).toReversed() : files.slice(from, to);
  }
}

async function* filePieces(
  path: string,
  groups: Iterable<readonly string[]>,
  { onBytes }: Reading,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonPiece> {
  for (const names of groups) {
    signal?.throwIfAborted();
    const paths = names.map((name) => join(path, name));
    const contents = await Promise.all(paths.map(readItemFile));
    for (const [index, bytes] of contents.entries()) {
      onBytes?.(bytes.length);
      const offset = firstByte(bytes);
      yield { bytes: bytes.subarray(offset), offset, line: 1 + countLineFeeds(bytes, offset), source: paths[index] };
    }
  }
}

/** Path of the directory whose files are items. */
async function datasetDirectory(root: string, dataset: string | undefined): Promise<string> {
  const names = await entriesOf(root);
  if (dataset === undefined && (names.some(isItemFile) || names.every((name) => name === metadata))) return root;
  const above = names.includes('datasets') ? join(root, 'datasets') : root;
  const there = above === root ? names : await entriesOf(above);
  const wanted = dataset ?? defaultDataset;
  if (there.includes(wanted) && (await stat(join(above, wanted))).isDirectory()) return join(above, wanted);
  if (dataset === undefined && above === root) {
    throw new UnreadableSourceError(root, 'cannot be read as items: it contains no .json file and no dataset');
  }
  const found = there.filter((name) => !name.startsWith('.'));
  const expected =
    found.length === 0 ? `a dataset; there is none in ${above}` : `a dataset of ${above}: ${found.sort().join(', ')}`;
  throw new InvalidParameterError('dataset', wanted, expected);
}

async function entriesOf(path: string): Promise<string[]> {
  return readdir(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
}

function isItemFile(name: string): boolean {
  return name.endsWith('.json') && name !== metadata && !name.startsWith('.');
}

/** A file is read when its item is parsed, so files outside the window are not read. */
function fileBatch(
  source: string,
  paths: readonly string[],
  { parseSpan, numbers }: { readonly parseSpan: ParseSpan; readonly numbers: NumberLog | undefined },
  { onBytes }: Reading,
  signal: AbortSignal | undefined,
): RawBatch {
  const parse = async (from: number, to: number, skip?: Skip): Promise<Batch> => {
    const items: Item[] = [];
    const last = Math.min(to, paths.length);
    for (let first = from; first < last; first += AT_ONCE) {
      signal?.throwIfAborted();
      const group = paths.slice(first, Math.min(last, first + AT_ONCE));
      const contents = await Promise.all(group.map(readItemFile));
      for (const [index, bytes] of contents.entries()) {
        onBytes?.(bytes.length);
        const path = group[index] as string;
        const item = orSkip(() => parseFile(path, bytes, parseSpan), skip);
        if (item !== undefined) items.push(item);
        if (numbers?.hasUnplaced) await numbers.place((byte) => ({ source: path, line: 1 + countLineFeeds(bytes, byte) }));
      }
    }
    return items;
  };
  return { source, count: () => paths.length, parse, lineOf: () => 1 };
}

async function readItemFile(path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
}

const emptyFile = 'an empty file, expected a JSON object';

/** @throws Malformed that names the file */
function parseFile(path: string, bytes: Buffer, parseSpan: ParseSpan): Item {
  const start = firstByte(bytes);
  try {
    return parseSpan(bytes, start, bytes.length, 0, false);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = { source: path, line: 1 + countLineFeeds(bytes, error.byte) };
    const reason = start === bytes.length ? emptyFile : error.message;
    throw new Malformed(error.byte, reason, { cause: error.cause, place });
  }
}

/** Offset of the first byte after a byte order mark and blanks, for the position in errors. */
function firstByte(bytes: Buffer): number {
  let start = markLength(bytes);
  while (start < bytes.length && (bytes[start] as number) <= 0x20) start++;
  return start;
}
