import { join } from 'node:path';
import type { Database } from '../store/database.js';
import { namedStore } from '../store/named-store.js';
import { keptForeign, openCrawlee } from './crawlee/crawlee-dataset.js';
import { openFoundFolders } from './crawlee/folders.js';
import { isCrawlees } from './crawlee/item-files.js';
import { cutToWholeLines } from './items/after-power-failure.js';
import type { Handles } from './items/handles.js';
import { openOwnDatasets } from './own-datasets.js';
import type { DatasetStore, StoredDataset, WantedDataset } from './store.js';

export interface StoreOptions {
  readonly database: Database;
  /** Directory of the whole storage. `undefined`: everything is in memory. */
  readonly directory: string | undefined;
  readonly warn: (message: string) => void;
}

export interface DatasetsOptions extends StoreOptions {
  /** The caller closes them, after the database. */
  readonly handles: Handles;
}

export async function openDatasets(options: DatasetsOptions): Promise<DatasetStore & { close(): Promise<void> }> {
  const { database, handles, warn } = options;
  const directory = options.directory && join(options.directory, 'datasets');
  const own = await openOwnDatasets({ database, directory, handles, warn });
  if (directory !== undefined) await cutToWholeLines(own, database, directory, warn);
  const foreign =
    directory === undefined
      ? undefined
      : await openFoundFolders({
          ...{ database, parent: directory, warn, isFree: own.isFree, place: own.place },
          kept: keptForeign,
          open: openCrawlee,
          kindOf: (names) => (names.includes('items.jsonl') ? 'other' : isCrawlees(names) ? 'theirs' : 'undecided'),
        });
  const store = namedStore<Parameters<typeof own.stageCreate>[0], unknown, StoredDataset, WantedDataset>({
    database,
    own,
    foreign,
    record: own.record,
  });
  return {
    ...store,
    async close() {
      await own.close();
      await foreign?.close();
    },
  };
}
