import { join } from 'node:path';
import type { KeyValueStore } from '../key-value/store.js';
import { openKeyValues } from '../key-value/stores.js';
import { openQueues } from '../request-queues/queues.js';
import type { RequestQueueStore } from '../request-queues/store.js';
import type { Database } from '../store/database.js';
import { openDatabase } from '../store/open-database.js';
import { openDatasets } from './datasets.js';
import { makeStorageDirectory } from './disk.js';
import { openHandles } from './items/handles.js';
import type { Fsync } from './options.js';
import type { DatasetStore } from './store.js';

export interface OpenStorageOptions {
  /** Default `always`. */
  readonly fsync?: Fsync | undefined;
  /** Receives a message about damaged, lost or cut data, and about background work that failed. Default: a process warning. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Open a storage although some of its data is lost. Default: such a storage is refused. */
  readonly acceptLoss?: boolean | undefined;
  /** Largest size of a record, in bytes. Default 100 MiB. */
  readonly maxRecordBytes?: number | undefined;
}

/** All data that an emulator stores. */
export interface Storage {
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  readonly requestQueues: RequestQueueStore;
  /** The database of all state. Other parts of the emulator may add their own tables to it. */
  readonly database: Database;
  /** Resolves when everything is on disk. Nothing may be stored afterwards. */
  close(): Promise<void>;
}

/** Limit of item files open for writing at the same time, over all datasets. */
const openFiles = 64;

/**
 * Opens the storage in a directory and locks it for this process. docs/storage.md describes the layout. Without a directory, everything
 * is in memory.
 * @throws StorageInUseError, StorageVersionError, StorageDamagedError; UnwritableOutputError when the directory cannot be created
 */
export async function openStorage(directory?: string, options: OpenStorageOptions = {}): Promise<Storage> {
  const { fsync = 'always', warn = (message) => process.emitWarning(message), acceptLoss, maxRecordBytes } = options;
  const database = await openDatabase({ directory, fsync, warn, acceptLoss });
  const handles = openHandles(openFiles);
  const opened: (() => Promise<void>)[] = [() => handles.close(), () => database.close()];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const one of opened.splice(0).reverse()) await one().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    if (directory !== undefined) await makeStorageDirectory(join(directory, 'datasets'));
    const shared = { database, directory, handles, warn };
    const datasets = await openDatasets(shared);
    opened.push(datasets.close);
    const keyValues = await openKeyValues({ ...shared, maxRecordBytes });
    opened.push(keyValues.close);
    const requestQueues = await openQueues(shared);
    opened.push(requestQueues.close);
    return { datasets, keyValues, requestQueues, database, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
