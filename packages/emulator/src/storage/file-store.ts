import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { atMost } from './at-most.js';
import { type CrawleeDataset, openCrawlee } from './crawlee/crawlee-shelf.js';
import { directoriesIn, isCrawlees } from './crawlee/item-files.js';
import { watchCrawlee } from './crawlee/watch.js';
import { removeHalfWritten, unwritable } from './disk.js';
import { openHandles } from './handles.js';
import { type KeptDataset, keptDatasets } from './kept-datasets.js';
import { takeLock } from './lock/lock.js';
import { isOurs, removedMark, type ShelfSettings } from './log/log-shelf.js';
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
    const { kept, foreign } = await openAll(datasets, join(own, 'crawlee'), settings);
    const store = keptDatasets({
      kept: [...kept, ...foreign],
      newShelf: (record) => createLog(datasets, record, settings),
      close,
    });
    const watch = watchCrawlee({ datasets, own: join(own, 'crawlee'), foreign, settings, adopt: store.adopt });
    return {
      ...store,
      async close() {
        await watch.stop();
        await store.close();
      },
    };
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

interface Opened {
  readonly kept: readonly KeptDataset[];
  readonly foreign: readonly CrawleeDataset[];
}

async function openAll(datasets: string, own: string, settings: ShelfSettings): Promise<Opened> {
  const kept: KeptDataset[] = [];
  const foreign: CrawleeDataset[] = [];
  const openOne = async (name: string): Promise<void> => {
    const directory = join(datasets, name);
    if (name.endsWith(removedMark)) return rm(directory, { recursive: true });
    const names = await readdir(directory);
    if (isOurs(names) || isCrawlees(names)) await removeHalfWritten(directory, names);
    if (isOurs(names)) {
      const opened = await openLog(directory, settings);
      if (opened !== undefined) kept.push(opened);
    } else if (isCrawlees(names)) foreign.push(await openCrawlee(directory, own, settings));
  };
  const inTurn = atMost(atOnce);
  await Promise.all((await directoriesIn(datasets)).map((name) => inTurn(() => openOne(name))));
  return { kept, foreign };
}
