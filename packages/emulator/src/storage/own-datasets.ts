import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Collection, newRecord, openCollection } from '../store/collection.js';
import type { Database } from '../store/database.js';
import { type DatasetCell, type OwnDataset, ownDataset } from './dataset.js';
import { type DatasetRecord, noItems } from './dataset-record.js';
import { syncDirectory } from './disk.js';
import { newSecretKey } from './identifiers.js';
import { checkpointKind } from './items/checkpoints.js';
import type { Handles } from './items/handles.js';
import { itemsInFile, itemsPath } from './items/in-file.js';
import { itemsInMemory } from './items/in-memory.js';
import { keysOfLateBytes, lateBytes, restoreLateBytes } from './items/late-bytes.js';
import type { ItemCounts, ItemPlace } from './items/place.js';
import type { WantedDataset } from './store.js';
import { tallies } from './tallies.js';

export interface OwnDatasets extends Collection<DatasetRecord, ItemCounts, OwnDataset> {
  record(wanted: WantedDataset): DatasetRecord;
}

export interface OwnDatasetsOptions {
  readonly database: Database;
  /** The directory `datasets/`. `undefined`: items are in memory. */
  readonly directory: string | undefined;
  readonly handles: Handles;
  readonly warn: (message: string) => void;
}

/** The datasets that the emulator created. */
export async function openOwnDatasets({ database, directory, handles, warn }: OwnDatasetsOptions): Promise<OwnDatasets> {
  const placeOf = ({ key, record: { folder, isCanonical } }: DatasetCell, checkThere: () => void): ItemPlace => {
    if (directory === undefined) return itemsInMemory();
    return itemsInFile({ database, key, path: itemsPath(directory, folder), isCanonical, handles, warn, checkThere });
  };
  const built = new Map<string, OwnDataset>();
  const collection = await openCollection<DatasetRecord, ItemCounts, OwnDataset>({
    database,
    kind: 'datasets',
    what: 'dataset',
    noCounts: noItems,
    warn,
    build(cell, all) {
      const place = placeOf(cell, () => all.checkThere(cell));
      const dataset = ownDataset(cell, place, { database, warn, collection: all });
      built.set(cell.key, dataset);
      return dataset;
    },
    leaves: ({ folder }) => folder,
    async sweep(key, folder) {
      const dataset = built.get(key);
      // A push in progress must not create the file again.
      await dataset?.close();
      await dataset?.place.release();
      built.delete(key);
      for (const kind of [checkpointKind, tallies, lateBytes]) await database.clear(kind, key);
      if (folder === null || directory === undefined) return;
      const path = dirname(itemsPath(directory, folder));
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      if (database.fsync === 'always') await syncDirectory(directory);
    },
  });
  for (const key of await keysOfLateBytes(database)) {
    const record = built.get(key)?.cell.record;
    if (record === undefined || directory === undefined) continue;
    const path = itemsPath(directory, record.folder);
    await restoreLateBytes(database, key, path).catch((error: Error) => warn(`${path}: ${error.message}`));
  }
  return {
    ...collection,
    record(wanted) {
      const record = newRecord(wanted);
      return { ...record, urlSigningSecretKey: newSecretKey(), folder: freeFolder(directory, record.id), isCanonical: true };
    },
    async close() {
      await Promise.all(collection.list().map((dataset) => dataset.close()));
      await collection.close();
    },
  };
}

/** A free name for the directory: the id, if it is a valid name and is not taken. */
function freeFolder(directory: string | undefined, id: string): string {
  const isFit = /^[0-9A-Za-z]{1,100}$/.test(id);
  if (isFit && (directory === undefined || !existsSync(`${directory}/${id}`))) return id;
  return `${isFit ? `${id}-` : ''}${newSecretKey()}`;
}
