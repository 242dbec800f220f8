import { join } from 'node:path';
import { keptStores, openCrawleeStore } from '../storage/crawlee/crawlee-store.js';
import { openFoundFolders } from '../storage/crawlee/folders.js';
import type { StoreOptions } from '../storage/datasets.js';
import { newSecretKey } from '../storage/identifiers.js';
import { newRecord, openCollection } from '../store/collection.js';
import { namedStore } from '../store/named-store.js';
import { firstRecords, ownStore, recordEntries, type StoreCounts, type StoreRecord, values } from './own-store.js';
import { defaultMaxRecordBytes, type KeyValueStore, type StoredKeyValues, type WantedKeyValues } from './store.js';
import { forgetFile, openValueFiles } from './value-files.js';

export interface KeyValuesOptions extends StoreOptions {
  readonly maxRecordBytes?: number | undefined;
}

export async function openKeyValues({
  database,
  directory,
  warn,
  maxRecordBytes = defaultMaxRecordBytes,
}: KeyValuesOptions): Promise<KeyValueStore & { close(): Promise<void> }> {
  const files = directory && (await openValueFiles(database, join(directory, 'large-records'), warn));
  const own = await openCollection<StoreRecord, StoreCounts, StoredKeyValues>({
    database,
    kind: 'key-value-stores',
    what: 'key-value store',
    noCounts: { records: 0 },
    warn,
    build: (cell, collection) => ownStore(cell, { database, collection, files: files || undefined, maxRecordBytes, warn }),
    async sweep(key) {
      if (files) {
        for (const { value } of await database.entries(recordEntries, `${key}/`)) {
          if (value?.file === undefined) continue;
          await database.commit([forgetFile(value.file.name)], { lazy: true });
          files.remove(value.file.name);
        }
      }
      for (const kind of [recordEntries, values]) await database.clear(kind, `${key}/`);
    },
  });
  const foreign =
    directory === undefined
      ? undefined
      : await openFoundFolders({
          ...{ database, parent: join(directory, 'key_value_stores'), warn, isFree: own.isFree, place: own.place },
          kept: keptStores,
          open: (path, context) => openCrawleeStore(path, { ...context, maxRecordBytes }),
          kindOf: (names) => (names.length > 0 ? 'theirs' : 'undecided'),
        });
  const store = namedStore<StoreRecord, StoreCounts, StoredKeyValues, WantedKeyValues>({
    database,
    own,
    foreign,
    record: ({ records: _, ...wanted }) => ({ urlSigningSecretKey: newSecretKey(), ...newRecord(wanted) }),
    more: (key, { records = [] }) => ({
      changes: firstRecords(key, records),
      counts: { records: records.length, ...(records.length > 0 && { modifiedAt: new Date() }) },
    }),
  });
  return {
    ...store,
    async close() {
      await own.close();
      await foreign?.close();
      if (files) await files.close();
    },
  };
}
