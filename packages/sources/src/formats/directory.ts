import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Batch, type Facts, InvalidParameterError, type Item, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { unreadable } from '../bytes.js';
import { Malformed } from '../faults.js';
import { type Found, orSkip, type Skip } from '../found.js';
import { compareNaturally } from '../natural.js';
import type { Reading } from '../reading.js';
import { type StoredSource, storedSource } from '../source.js';
import { countLineFeeds, defaultMaxDepth, jsonParser, type ParseSpan } from '../spans.js';
import type { DirectoryFormat } from './format.js';

export const directory: DirectoryFormat = {
  kind: 'directory',
  summary: 'A directory of JSON files, each an item, or a storage directory that holds such',
  extensions: [],
  open: openDirectory,
};

const defaultDataset = 'default';
const metadata = '__metadata__.json';
const BATCH = 512;
/** Files read at the same time. */
const AT_ONCE = 16;

/**
 * Items as Crawlee stores them: `000000001.json`, ... in numeric order, `__metadata__.json` left out. The directory is that of a dataset,
 * the one of all datasets, or the storage that holds it.
 * @throws UnreadableSourceError; InvalidParameterError for a dataset that is not there
 */
async function openDirectory(root: string, options: Reading): Promise<StoredSource> {
  const path = await datasetDirectory(root, options.dataset);
  const files = (await namesIn(path)).filter(isItemFile).sort(compareNaturally);
  const name = basename(path) || basename(root);
  const { mtime } = await stat(path);
  return itemFilesSource(path, files, { id: name, name, modifiedAt: mtime }, options);
}

/** Names of files in the order of their items; an array is one. */
export interface FileNames {
  readonly length: number;
  slice(from: number, to: number): readonly string[];
}

/** Items of which each has a file of its own. */
export function itemFilesSource(path: string, files: FileNames, facts: Facts, options: Reading = {}): StoredSource {
  const find: StoredSource['find'] = async function* (desc, signal, faults) {
    const parseSpan = jsonParser(options.maxDepth ?? defaultMaxDepth);
    for (let done = 0; done < files.length; done += BATCH) {
      signal?.throwIfAborted();
      const [from, to] = desc ? [Math.max(0, files.length - done - BATCH), files.length - done] : [done, done + BATCH];
      const names = files.slice(from, Math.min(to, files.length));
      const paths = (desc ? names.toReversed() : names).map((file) => join(path, file));
      yield { ...foundFiles(path, paths, parseSpan, options, signal), faults: options.skipMalformed ? faults : undefined };
    }
  };
  return storedSource(facts, find, { total: async () => files.length });
}

/** The directory whose files are items. */
async function datasetDirectory(root: string, dataset: string | undefined): Promise<string> {
  const names = await namesIn(root);
  if (dataset === undefined && (names.some(isItemFile) || names.every((name) => name === metadata))) return root;
  const above = names.includes('datasets') ? join(root, 'datasets') : root;
  const there = above === root ? names : await namesIn(above);
  const wanted = dataset ?? defaultDataset;
  if (there.includes(wanted) && (await stat(join(above, wanted))).isDirectory()) return join(above, wanted);
  if (dataset === undefined && above === root) {
    throw new UnreadableSourceError(root, 'cannot be read as items: it holds no .json file and no dataset');
  }
  const found = there.filter((name) => !name.startsWith('.'));
  const expected =
    found.length === 0 ? `a dataset; there is none in ${above}` : `a dataset of ${above}: ${found.sort().join(', ')}`;
  throw new InvalidParameterError('dataset', wanted, expected);
}

async function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
}

function isItemFile(name: string): boolean {
  return name.endsWith('.json') && name !== metadata && !name.startsWith('.');
}

/** Files are read when they are parsed, so what is skipped is not read. */
function foundFiles(
  source: string,
  paths: readonly string[],
  parseSpan: ParseSpan,
  { onBytes }: Reading,
  signal: AbortSignal | undefined,
): Found {
  const parse = async (from: number, to: number, skip?: Skip): Promise<Batch> => {
    const items: Item[] = [];
    const last = Math.min(to, paths.length);
    for (let first = from; first < last; first += AT_ONCE) {
      signal?.throwIfAborted();
      const group = paths.slice(first, Math.min(last, first + AT_ONCE));
      const contents = await Promise.all(group.map(readItemFile));
      for (const [index, bytes] of contents.entries()) {
        onBytes?.(bytes.length);
        const item = orSkip(() => parseFile(group[index] as string, bytes, parseSpan), skip);
        if (item !== undefined) items.push(item);
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

/** @throws Malformed that names the file */
function parseFile(path: string, bytes: Buffer, parseSpan: ParseSpan): Item {
  try {
    return parseSpan(bytes, firstByte(bytes), bytes.length, 0, false);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = { source: path, line: 1 + countLineFeeds(bytes, error.byte) };
    const reason = bytes.length === 0 ? 'an empty file, expected a JSON object' : error.message;
    throw new Malformed(error.byte, reason, { cause: error.cause, place });
  }
}

/** After a byte order mark and blanks, for the position in errors. */
function firstByte(bytes: Buffer): number {
  let start = bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0;
  while (start < bytes.length && (bytes[start] as number) <= 0x20) start++;
  return start;
}
