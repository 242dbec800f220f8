import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tasks } from '../../actors/task-entries.js';
import { lockEntries } from '../../request-queues/kept-queue.js';
import { runEntries } from '../../runs/run-records.js';
import { type Change, put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { storageVersion } from '../../store/errors.js';
import { jsonKind } from '../../store/kinds.js';
import { openDatabase } from '../../store/open-database.js';
import { readThings } from '../../store/read-things.js';
import { type Session, sessionFile, writeSession } from '../../store/session.js';
import { keptForeign } from '../crawlee/crawlee-dataset.js';
import { openHandles } from '../items/handles.js';
import { itemsPath } from '../items/in-file.js';
import { recount } from '../items/recount.js';
import { type OwnDatasets, openOwnDatasets } from '../own-datasets.js';
import { tallies } from '../tallies.js';
import { keepFields } from '../tally.js';
import type { Converted } from './converted.js';

/**
 * Converts a storage of version 2 in place. What it converted stays as it is when it is called again after an interruption, because only the
 * last step makes it a storage of the current version.
 */
export async function convertVersion2(directory: string, warn: (message: string) => void): Promise<Converted> {
  const database = await openDatabase({ directory, fsync: 'batch', warn, version: 2 });
  const handles = openHandles(8);
  let converted: Converted;
  try {
    const datasets = join(directory, 'datasets');
    const own = await openOwnDatasets({ database, directory: datasets, handles, warn });
    await countAgain(own, database, datasets, warn);
    await own.close();
    await database.commit([...(await lockChanges(database)), ...(await foreignChanges(database))]);
    converted = await countsOf(database, own);
  } finally {
    await database.close();
    await handles.close();
  }
  const session: Session = JSON.parse(await readFile(join(directory, sessionFile), 'utf8'));
  await writeSession(directory, { ...session, version: storageVersion });
  return converted;
}

/** Version 2 did not count the paths inside of fields. */
async function countAgain(
  own: OwnDatasets,
  database: Database,
  datasets: string,
  warn: (message: string) => void,
): Promise<void> {
  for (const { cell } of own.list()) {
    const { key, record, counts } = cell;
    if (counts.items === 0) continue;
    const path = itemsPath(datasets, record.folder);
    const { tally } = await recount(path, counts.size);
    if (tally.items === counts.items) {
      cell.counts = { ...counts, fresh: [] };
      await database.commit([put(tallies, key, keepFields(tally.fields)), own.countsChange(cell, cell.counts)]);
    } else warn(`${path}: has ${tally.items} readable items, expected ${counts.items}; its fields are not counted again`);
  }
}

/** A lock was of one request; it is of several that were locked together. */
async function lockChanges(database: Database): Promise<Change[]> {
  const older = jsonKind<readonly [clientKey: string, until: number, numbers?: readonly number[]]>(lockEntries.name);
  return (await database.entries(older)).flatMap(({ key, value }) => {
    if (value === undefined || value[2] !== undefined) return [];
    return put(lockEntries, key, [value[0], value[1], [Number.parseInt(key.slice(key.indexOf('/') + 1), 36)]]);
  });
}

/** Datasets of Crawlee are counted again when they are next opened. */
async function foreignChanges(database: Database): Promise<Change[]> {
  return (await database.entries(keptForeign)).flatMap(({ key, value }) =>
    value === undefined ? [] : put(keptForeign, key, { ...value, seen: { ...value.seen, files: -1 } }),
  );
}

async function countsOf(database: Database, own: OwnDatasets): Promise<Converted> {
  const things = async (kind: string): Promise<number> => (await readThings(database, kind)).cells.length;
  return {
    datasets: own.list().length,
    keyValueStores: await things('key-value-stores'),
    requestQueues: await things('request-queues'),
    runs: (await database.keys(runEntries, '')).length,
    tasks: (await database.keys(tasks, '')).length,
  };
}
