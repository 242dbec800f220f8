import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Facts, readAhead, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { openRandomAccess, readFileChunks, readHead, unreadable } from './bytes.js';
import { isTelling, isUtf16, packingOf } from './detect.js';
import type { FaultLog } from './faults.js';
import { sourceFormats } from './formats/index.js';
import { findLinesBackwards } from './formats/jsonl.js';
import type { Found } from './found.js';
import { type Extensions, findInBytes, formatOf } from './open.js';
import type { ReadOptions } from './options.js';
import { type StoredSource, storedSource } from './source.js';
import { defaultMaxDepth, jsonParser } from './spans.js';
import { reverseThroughFile } from './spooled.js';
import { oneShotSource, readPipe } from './stream.js';
import { isBrotli } from './unpack.js';

/**
 * Items in a file or a directory: JSON Lines, JSON, CSV or XLSX, compressed or not, told apart by what it holds; or one JSON file an
 * item. `size` and `onBytes` count bytes as they are stored.
 * @throws UnreadableSourceError, InvalidParameterError (for a dataset that a storage directory does not have)
 */
export async function fileSource(path: string, options: ReadOptions = {}): Promise<StoredSource> {
  const found = await stat(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
  const { inputFormat } = options;
  if (found.isDirectory()) {
    if (inputFormat === undefined || inputFormat === 'directory') return sourceFormats.directory.open(path, options);
    throw new UnreadableSourceError(path, `cannot be read as ${inputFormat}: it is a directory`);
  }
  if (inputFormat === 'directory') throw new UnreadableSourceError(path, 'cannot be read as a directory: it is a file');
  const name = basename(path).replace(/(\.[^.]*)?\.(gz|br)$|\.[^.]*$/i, '') || basename(path);
  const facts = { id: name, name, modifiedAt: found.mtime };
  if (!found.isFIFO()) return storedFile(path, found, facts, options);
  return oneShotSource(facts, path, (signal) => readPipe(path, options, signal), options, extensionsOf(path));
}

function storedFile(path: string, found: Stats, facts: Facts, options: ReadOptions): StoredSource {
  // What says it is empty may be a device, or made by the system while it is read.
  const size = found.isFile() && found.size > 0 ? found.size : undefined;
  const extensions = extensionsOf(path);
  const openStored = size === undefined ? undefined : () => openRandomAccess(path, options);
  const forwards = (signal: AbortSignal | undefined, faults: FaultLog): AsyncIterable<Found> => {
    const chunks = readAhead(readFileChunks(path, { ...options, size, signal }));
    return findInBytes({ source: path, chunks, ...extensions, options, faults, signal, openStored });
  };
  const backwards: typeof forwards = async function* (signal, faults) {
    if (size !== undefined && (await holdsLines(path, options, extensions))) {
      yield* linesBackwards(path, size, options, faults, signal);
    } else yield* reverseThroughFile(path, forwards(signal, faults), options, faults, signal);
  };
  return storedSource(facts, (desc, ...rest) => (desc ? backwards(...rest) : forwards(...rest)), { size });
}

/** Whether a file holds JSON Lines as they are, so that it can be read from its end. */
async function holdsLines(path: string, { inputFormat }: ReadOptions, { extension }: Extensions): Promise<boolean> {
  const { bytes, dropped, close } = await readHead(readFileChunks(path), isTelling);
  await close();
  if (isUtf16(bytes) || (dropped === 0 && packingOf(bytes, extension, isBrotli) !== undefined)) return false;
  return formatOf(bytes, extension, inputFormat) === 'jsonl';
}

async function* linesBackwards(
  path: string,
  size: number,
  options: ReadOptions,
  faults: FaultLog,
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  const { chunkSize, skipMalformed, maxDepth = defaultMaxDepth } = options;
  const { read, close } = await openRandomAccess(path, options);
  try {
    const parseSpan = jsonParser(maxDepth);
    const kept = skipMalformed ? faults : undefined;
    yield* findLinesBackwards({ source: path, file: { size, read }, parseSpan, faults: kept, signal, chunkSize });
  } finally {
    await close();
  }
}

function extensionsOf(path: string): Extensions {
  const [, innerExtension = '', extension = ''] = /(?:\.([^.]*))?\.([^.]*)$/.exec(basename(path).toLowerCase()) ?? [];
  return { extension, innerExtension };
}
