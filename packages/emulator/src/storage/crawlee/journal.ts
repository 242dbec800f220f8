import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { del, put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { jsonKind } from '../../store/kinds.js';
import { atMost } from '../at-most.js';
import { replaceFile, syncDirectory } from '../disk.js';
import { fileName } from './item-files.js';

/** A push in progress. Its items are stored in the database before the first file is written, so that after a crash all can be written. */
export interface Journal {
  /** Number of the first file. */
  readonly first: number;
  /** The items, each as JSON on one line. */
  readonly lines: readonly string[];
}

/** The kind of journals. The keys are the names of the directories. */
export const journals = jsonKind<Journal>('crawlee-pushes');
const writing = atMost(16);

/** Writes all items or none. @throws UnwritableOutputError: none of the files exists then */
export async function putItems(directory: string, database: Database, journal: Journal, fsync: boolean): Promise<void> {
  const folder = basename(directory);
  await database.commit([put(journals, folder, journal)]);
  try {
    await writeItems(directory, journal, fsync);
  } catch (error) {
    await removeItems(directory, journal);
    await database.commit([del(journals, folder)], { lazy: true });
    throw error;
  }
  await database.commit([del(journals, folder)], { lazy: true });
}

/** Completes a push that a crash interrupted. */
export async function endJournal(directory: string, database: Database, fsync: boolean): Promise<void> {
  const folder = basename(directory);
  await database.ready();
  const journal = database.get(journals, folder);
  if (journal === undefined) return;
  await writeItems(directory, journal, fsync);
  await database.commit([del(journals, folder)]);
}

/** Writes items in the same form as Crawlee. */
async function writeItems(directory: string, { first, lines }: Journal, fsync: boolean): Promise<void> {
  const write = (line: string, index: number): Promise<void> => {
    const text = JSON.stringify(JSON.parse(line), undefined, '\t');
    return writing(() => replaceFile(join(directory, fileName(first + index)), text, fsync));
  };
  const settled = await Promise.allSettled(lines.map(write));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  if (fsync) await syncDirectory(directory);
}

async function removeItems(directory: string, { first, lines }: Journal): Promise<void> {
  await Promise.all(lines.map((_, index) => rm(join(directory, fileName(first + index)), { force: true })));
}
