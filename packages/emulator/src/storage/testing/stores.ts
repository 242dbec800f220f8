import type { KeyValueStore } from '../../key-value/store.js';
import type { RequestQueueStore } from '../../request-queues/store.js';
import { type OpenStorageOptions, openStorage } from '../open-storage.js';
import type { DatasetStore } from '../store.js';

interface Closed {
  close(): Promise<void>;
}

/** The datasets of a new storage, in memory unless a directory is given. */
export async function openDatasetStore(directory?: string, options: OpenStorageOptions = {}): Promise<DatasetStore & Closed> {
  const { datasets, close } = await openStorage(directory, options);
  return { ...datasets, close };
}

export async function openKeyValueStore(directory?: string, options: OpenStorageOptions = {}): Promise<KeyValueStore & Closed> {
  const { keyValues, close } = await openStorage(directory, options);
  return { ...keyValues, close };
}

export async function openQueueStore(directory?: string, options: OpenStorageOptions = {}): Promise<RequestQueueStore & Closed> {
  const { requestQueues, close } = await openStorage(directory, options);
  return { ...requestQueues, close };
}
