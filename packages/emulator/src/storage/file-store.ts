import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { atMost } from './at-most.js';
import { unwritable } from './disk.js';
import { openHandles } from './handles.js';
import { type KeptDataset, keptDatasets } from './kept-datasets.js';
import { takeLock } from './lock/lock.js';
import { itemsFile, recordFile, removedMark, type ShelfSettings } from './log/log-shelf.js';
import { createLog, openLog } from './log/open-log.js';
import type { FileStoreOptions } from './options.js';
import type { DatasetStore } from './store.js';

/** Files that are open for writing at the same time, however many datasets there are. */
const openFiles = 64;
/** Datasets opened, and records written, at the same time. */
const atOnce = 16;

/**
 * Datasets in a directory, `datasets/<id>/`; docs/storage.md tells what is there. One process has the directory for itself.
 * @throws StorageInUseError; UnwritableOutputError where the directory cannot be made
 */
export async function fileStore(directory: string, options: FileStoreOptions = {}): Promise<DatasetStore> {
  const { fsync = 'always', warn = (message) => process.emitWarning(message) } = options;
  const datasets = join(directory, 'datasets');
  const own = join(directory, '.dataset-items');
  for (const path of [datasets, own]) await makeDirectory(path);
  const lock = await takeLock(join(own, 'lock'), directory);
  const handles = openHandles(openFiles);
  const check = (): void => {
    if (lock.lost) throw new UnwritableOutputError(directory, 'another process took the directory over');
  };
  const settings: ShelfSettings = { handles, fsync, warn, check, inTurn: atMost(atOnce) };
  const close = async (): Promise<void> => {
    try {
      await handles.close();
    } finally {
      await lock.release();
    }
  };
  try {
    const kept = await openAll(datasets, settings);
    return keptDatasets({ kept, newShelf: (record) => createLog(datasets, record, settings), close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: Error) => {
    throw unwritable(path, error);
  });
}

async function openAll(datasets: string, settings: ShelfSettings): Promise<KeptDataset[]> {
  const names = (await readdir(datasets, { withFileTypes: true })).filter((found) => found.isDirectory()).map(({ name }) => name);
  const inTurn = atMost(atOnce);
  const opened = await Promise.all(names.map((name) => inTurn(() => openOne(join(datasets, name), settings))));
  return opened.filter((kept) => kept !== undefined);
}

/** `undefined` for a directory in which there is no dataset. */
async function openOne(directory: string, settings: ShelfSettings): Promise<KeptDataset | undefined> {
  if (directory.endsWith(removedMark)) {
    await rm(directory, { recursive: true });
    return undefined;
  }
  const names = await readdir(directory);
  return names.includes(recordFile) || names.includes(itemsFile) ? openLog(directory, settings) : undefined;
}
