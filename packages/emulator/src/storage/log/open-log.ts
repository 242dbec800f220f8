import { mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile, syncDirectory, unwritable } from '../disk.js';
import { newId, newSecretKey } from '../identifiers.js';
import type { KeptDataset } from '../kept-datasets.js';
import type { DatasetRecord, Shelf } from '../shelf.js';
import { emptyTally, keepTally } from '../tally.js';
import { indexFile, itemsFile, logShelf, recordFile, type ShelfSettings } from './log-shelf.js';
import { readRecord, writeRecord } from './record-file.js';
import { recoverItems } from './recover.js';

/** A place for the items of a new dataset in a directory of its own. @throws UnwritableOutputError */
export async function createLog(datasets: string, record: DatasetRecord, settings: ShelfSettings): Promise<Shelf> {
  try {
    const directory = await newDirectory(datasets, record.id);
    const tally = emptyTally();
    const durable = settings.fsync !== 'never';
    for (const name of [itemsFile, indexFile]) await (await open(join(directory, name), 'wx')).close();
    const text = writeRecord(record, { size: 0, modifiedAt: undefined, tally: keepTally(tally) });
    await settings.inTurn(() => replaceFile(join(directory, recordFile), text, durable));
    if (durable) for (const path of [directory, datasets]) await syncDirectory(path);
    return logShelf({ directory, record, size: 0, tally, modifiedAt: undefined }, settings);
  } catch (error) {
    throw unwritable(datasets, error as Error);
  }
}

/** What `createLog` made, as it is now; `undefined` where it was not made to its end, and nothing was ever in it. */
export async function openLog(directory: string, settings: ShelfSettings): Promise<KeptDataset | undefined> {
  const path = join(directory, itemsFile);
  const kept = await readRecord(join(directory, recordFile));
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept === undefined && (found === undefined || found.size === 0)) {
    await rm(directory, { recursive: true });
    return undefined;
  }
  if (found === undefined) await (await open(path, 'w')).close();
  const record = kept?.record ?? (await unknownRecord(directory));
  const { size, tally, cut } = await recoverItems(path, kept?.state);
  if (cut !== undefined) settings.warn(cutMessage(path, cut));
  if (kept === undefined) settings.warn(`${directory}: its ${recordFile} was lost; name and schema are gone with it`);
  const told = kept?.state.modifiedAt;
  const modifiedAt = kept?.state.size === size ? told && new Date(told) : found?.mtime;
  return { record, shelf: logShelf({ directory, record, size, tally, modifiedAt: modifiedAt || undefined }, settings) };
}

/** Called after the id where that can be, and no other has it. */
async function newDirectory(datasets: string, id: string): Promise<string> {
  for (const name of /^[0-9A-Za-z]{1,100}$/.test(id) ? [id, newId()] : [newId()]) {
    const path = join(datasets, name);
    const made = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    if (made) return path;
  }
  throw new Error(`no directory could be made for the dataset ${id}`);
}

/** For items whose record a power failure took. */
async function unknownRecord(directory: string): Promise<DatasetRecord> {
  const { birthtime } = await stat(directory);
  return { id: basename(directory), createdAt: birthtime, accessedAt: birthtime, urlSigningSecretKey: newSecretKey() };
}

function cutMessage(path: string, { bytes, keptAs }: { readonly bytes: number; readonly keptAs: string | undefined }): string {
  const fate = keptAs === undefined ? 'they were never acknowledged' : `they are kept as ${basename(keptAs)}`;
  return `${path}: cut ${bytes} bytes of a push that was not written to its end; ${fate}`;
}
