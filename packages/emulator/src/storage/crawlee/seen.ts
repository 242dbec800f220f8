import { join } from 'node:path';
import { type Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { itemFilesSource } from '@dataset-items/sources';
import type { KeptState } from '../log/record-file.js';
import { countItem, emptyTally, type Tally, takeTally } from '../tally.js';
import { changeOf, fileName, type ItemFiles, readItemFiles, withMore, withoutLast } from './item-files.js';

/** What was found in a directory when it was last looked at. */
export interface Seen {
  readonly files: ItemFiles;
  readonly tally: Tally;
  /** Of the directory; `undefined`: it was not there. */
  readonly changedAt: Date | undefined;
  /** The last file is being written, so that it is worth looking again though no name changed. */
  readonly unfinished: boolean;
}

/** Reads every item, unless the directory is as it was when its state was kept. */
export async function see(directory: string, kept?: KeptState): Promise<Seen> {
  const changedAt = await changeOf(directory);
  const files = await readItemFiles(directory);
  if (kept !== undefined && kept.size === files.length && kept.modifiedAt === changedAt?.toISOString()) {
    return { files, tally: takeTally(kept.tally), changedAt, unfinished: false };
  }
  const { files: whole, unfinished } = await withoutUnfinished(directory, files);
  const tally = emptyTally();
  const facts = { id: directory, name: directory, modifiedAt: undefined };
  const source = itemFilesSource(directory, whole, facts, { skipMalformed: true });
  for await (const batch of source.read()) for (const item of batch) countItem(tally, item, JSON.stringify(item));
  return { files: whole, tally: { ...tally, items: whole.length }, changedAt, unfinished };
}

/** What is there now: the files after the last are read, or all where one that was seen is gone. The same where nothing changed. */
export async function seeMore(directory: string, seen: Seen): Promise<Seen> {
  const changedAt = await changeOf(directory);
  if (changedAt?.getTime() === seen.changedAt?.getTime() && !seen.unfinished) return seen;
  if (changedAt === undefined || (await isGone(directory, seen.files))) return see(directory);
  const more: Item[] = [];
  let unfinished = false;
  for (;;) {
    const read = await readItem(directory, fileName(seen.files.next + more.length));
    if (read === 'unfinished') unfinished = true;
    if (typeof read === 'string') break;
    more.push(read);
  }
  const tally = { ...seen.tally, fields: structuredClone(seen.tally.fields) };
  for (const item of more) countItem(tally, item, JSON.stringify(item));
  return { files: withMore(seen.files, more.length), tally, changedAt, unfinished };
}

async function isGone(directory: string, files: ItemFiles): Promise<boolean> {
  for (const name of [files.slice(0, 1)[0], files.slice(files.length - 1, files.length)[0]]) {
    if (name !== undefined && (await changeOf(join(directory, name))) === undefined) return true;
  }
  return false;
}

/** A file at the end that holds no item is taken for one that is still being written, or never was. */
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
