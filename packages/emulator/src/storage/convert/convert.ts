import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '../../actors/task.js';
import { tasks } from '../../actors/task-entries.js';
import { openKeyValues } from '../../key-value/stores.js';
import { openOwnQueues } from '../../request-queues/queues.js';
import type { Run } from '../../runs/run.js';
import { runEntries } from '../../runs/run-records.js';
import { put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { StorageVersionError } from '../../store/errors.js';
import { numberKey } from '../../store/kinds.js';
import { openDatabase } from '../../store/open-database.js';
import { olderMark, sessionFile, versionOf } from '../../store/session.js';
import { makeStorageDirectory, missingIsUndefined, readObject } from '../disk.js';
import { openHandles } from '../items/handles.js';
import { openOwnDatasets } from '../own-datasets.js';
import { convertDatasets, convertForeign } from './convert-datasets.js';
import { convertQueues } from './convert-queues.js';
import { convertStores } from './convert-stores.js';
import type { Converted } from './converted.js';
import { foldersIn, refuseHeld } from './version-1.js';
import { convertVersion2 } from './version-2.js';

/**
 * Converts a storage of an earlier version in place. Item files stay unchanged. If the conversion is interrupted, call it again: until the
 * last step the directory is a storage of the earlier version.
 * @param warn receives a message about each damaged file
 * @throws StorageVersionError when it is not a storage of an earlier version; StorageInUseError; UnwritableOutputError
 */
export async function convertStorage(directory: string, warn: (message: string) => void): Promise<Converted> {
  const names = (await readdir(directory).catch(missingIsUndefined)) ?? [];
  const version = names.includes(sessionFile) ? await versionOf(directory) : names.includes(olderMark) ? 1 : undefined;
  if (version === 1) return convertVersion1(directory, warn);
  if (version === 2) return convertVersion2(directory, warn);
  const found = version === undefined ? 'a directory without a storage' : `a storage of version ${version}`;
  throw new StorageVersionError(directory, found, 'there is nothing to convert', 'a storage of version 1 or 2');
}

async function convertVersion1(directory: string, warn: (message: string) => void): Promise<Converted> {
  await refuseHeld(directory, join(directory, olderMark, 'lock'));
  const made = join(directory, '.converting');
  for (const left of [made, ...['database', 'large-records'].map((name) => join(directory, name))]) {
    await rm(left, { recursive: true, force: true });
  }
  await makeStorageDirectory(made);
  const database = await openDatabase({ directory: made, fsync: 'batch', warn });
  const handles = openHandles(8);
  let converted: Converted;
  try {
    converted = await convertAll(database, directory, made, warn, handles);
  } finally {
    await database.close();
    await handles.close();
  }
  // The last step: from here on it is a storage of the current version.
  for (const name of ['database', 'large-records', sessionFile]) {
    await rename(join(made, name), join(directory, name)).catch(missingIsUndefined);
  }
  await removeOld(directory);
  return converted;
}

async function convertAll(
  database: Database,
  directory: string,
  made: string,
  warn: (message: string) => void,
  handles: ReturnType<typeof openHandles>,
): Promise<Converted> {
  const datasets = join(directory, 'datasets');
  const own = await openOwnDatasets({ database, directory: datasets, handles, warn });
  const stores = await openKeyValues({ database, directory: made, warn });
  const queues = await openOwnQueues({ database, directory: undefined, warn });
  const converted = {
    datasets: await convertDatasets(own, database, datasets, warn),
    keyValueStores: await convertStores(stores, directory, warn),
    requestQueues: await convertQueues(queues, database, join(directory, 'request-queues'), warn),
    runs: await convertRuns(database, join(directory, 'runs'), warn),
    tasks: await convertTasks(database, join(directory, 'tasks.json')),
  };
  await convertForeign(database, join(directory, olderMark, 'crawlee'));
  for (const one of [own, stores, queues]) await one.close();
  return converted;
}

async function convertRuns(database: Database, runs: string, warn: (message: string) => void): Promise<number> {
  const found: Run[] = [];
  for (const name of await foldersIn(runs)) {
    const run = (await readObject(join(runs, name, 'run.json'))) as unknown as Run | undefined;
    if (run?.id === undefined) warn(`${join(runs, name)}: its run.json is lost or damaged; the run is omitted`);
    else found.push(run);
  }
  found.sort((a, b) => new Date(a.startedAt).getTime() - new Date(b.startedAt).getTime());
  await database.commit(found.map((run, index) => put(runEntries, numberKey(index + 1), { run, webhooks: [] })));
  return found.length;
}

async function convertTasks(database: Database, path: string): Promise<number> {
  const { tasks: found = [] } = ((await readObject(path)) ?? {}) as unknown as { tasks?: readonly Task[] };
  await database.commit(found.map((task, index) => put(tasks, numberKey(index + 1), task)));
  return found.length;
}

async function removeOld(directory: string): Promise<void> {
  for (const name of await foldersIn(join(directory, 'datasets'))) {
    for (const file of ['dataset.json', 'items.index']) await rm(join(directory, 'datasets', name, file), { force: true });
  }
  for (const name of await foldersIn(join(directory, 'runs')))
    await rm(join(directory, 'runs', name, 'run.json'), { force: true });
  for (const name of ['key-value-stores', 'request-queues', 'tasks.json', '.converting', olderMark]) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
