import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { itemFilesSource } from '@dataset-items/sources';
import { atMost } from '../at-most.js';
import { missingIsUndefined } from '../disk.js';
import { countItem, emptyTally, type KeptFields, keepFields, type Tally, takeFields } from '../tally.js';
import { changeOf, fileName, type ItemFiles, readItemFiles, withMore, withoutLast } from './item-files.js';

/** The state of a directory at its last check. */
export interface Seen {
  readonly files: ItemFiles;
  readonly tally: Tally;
  /** Number of files that are not an item, other than one that is still being written. */
  readonly malformed: number;
  /** Modification time of the directory. `undefined`: it did not exist. */
  readonly changedAt: Date | undefined;
  /** The last file is still being written, so it must be checked again even if no name changes. */
  readonly unfinished: boolean;
}

/** The same in the form in which it is stored. */
export interface KeptSeen extends Omit<Tally, 'fields'> {
  readonly files: number;
  /** Absent in states that were stored before it was counted. */
  readonly malformed?: number;
  readonly changedAt: string | undefined;
  readonly fields: KeptFields;
}

/** The state in the form in which it is stored. */
export function keepSeen({ files, malformed, changedAt, tally: { fields, ...counts } }: Seen): KeptSeen {
  return { files: files.length, malformed, changedAt: changedAt?.toISOString(), ...counts, fields: keepFields(fields) };
}

/** Reads all items, unless the directory has not changed since its state was stored. */
export async function see(directory: string, kept?: KeptSeen): Promise<Seen> {
  const changedAt = await changeOf(directory);
  const files = await readItemFiles(directory);
  if (kept?.malformed !== undefined && kept.files === files.length && kept.changedAt === changedAt?.toISOString()) {
    const { items, cleanItems, bytes, malformed } = kept;
    const tally = { items, cleanItems, bytes, fields: takeFields(kept.fields) };
    return { files, tally, malformed, changedAt, unfinished: false };
  }
  const { files: whole, unfinished } = await withoutUnfinished(directory, files);
  const tally = emptyTally();
  const facts = { id: directory, name: directory, modifiedAt: undefined };
  const source = itemFilesSource(directory, whole, facts, { skipMalformed: true });
  for await (const batch of source.read()) for (const item of batch) countItem(tally, item, JSON.stringify(item));
  const malformed = whole.length - tally.items;
  return { files: whole, tally: { ...tally, items: whole.length }, malformed, changedAt, unfinished };
}

/** The current state. Only new files are read, or all files if one was removed. Without a change it is the same object. */
export async function seeMore(directory: string, seen: Seen): Promise<Seen> {
  const changedAt = await changeOf(directory);
  if (changedAt?.getTime() === seen.changedAt?.getTime() && !seen.unfinished) return seen;
  if (changedAt === undefined || (await isGone(directory, seen.files))) return see(directory);
  const tally = { ...seen.tally, fields: structuredClone(seen.tally.fields) };
  let { malformed } = seen;
  let unfinished = false;
  let more = 0;
  for (;;) {
    const read = await readItem(directory, fileName(seen.files.next + more));
    if (read === 'missing') break;
    if (read === 'unfinished') {
      // A file that another one follows is not being written any more.
      unfinished = (await changeOf(join(directory, fileName(seen.files.next + more + 1)))) === undefined;
      if (unfinished) break;
      malformed++;
      tally.items++;
    } else countItem(tally, read, JSON.stringify(read));
    more++;
  }
  return { files: withMore(seen.files, more), tally, malformed, changedAt, unfinished };
}

/** A text that changes when any of the files changes, even if it is changed in place. */
export async function signatureOf(directory: string, files: ItemFiles): Promise<string> {
  const hash = createHash('sha256');
  const inTurn = atMost(16);
  for (let from = 0; from < files.length; from += 512) {
    const names = files.slice(from, Math.min(files.length, from + 512));
    const stats = await Promise.all(names.map((name) => inTurn(() => stat(join(directory, name)).catch(missingIsUndefined))));
    for (const found of stats) hash.update(`${found?.size} ${found?.mtimeMs} ${found?.ino}\n`);
  }
  return hash.digest('base64url').slice(0, 16);
}

async function isGone(directory: string, files: ItemFiles): Promise<boolean> {
  for (const name of [files.slice(0, 1)[0], files.slice(files.length - 1, files.length)[0]]) {
    if (name !== undefined && (await changeOf(join(directory, name))) === undefined) return true;
  }
  return false;
}

/** Leaves out a last file without a complete item, because it may still be written. */
async function withoutUnfinished(directory: string, files: ItemFiles): Promise<Pick<Seen, 'files' | 'unfinished'>> {
  let whole = files;
  while (whole.length > 0) {
    const [last = ''] = whole.slice(whole.length - 1, whole.length);
    if (typeof (await readItem(directory, last)) !== 'string') break;
    whole = withoutLast(whole);
  }
  return { files: whole, unfinished: whole !== files };
}

async function readItem(directory: string, name: string): Promise<Item | 'missing' | 'unfinished'> {
  const facts = { id: name, name, modifiedAt: undefined };
  if ((await changeOf(join(directory, name))) === undefined) return 'missing';
  try {
    for await (const [item] of itemFilesSource(directory, [name], facts).read()) return item as Item;
    return 'unfinished';
  } catch (error) {
    if (error instanceof MalformedInputError) return 'unfinished';
    throw error;
  }
}
