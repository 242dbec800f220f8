import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atMost } from '../at-most.js';
import { replaceFile } from '../disk.js';
import { fileName, missingIsUndefined } from './item-files.js';

/** Items that are being put into files of their own: written down before the first, so that all come or none, also over a crash. */
export interface Journal {
  /** Number of the first file. */
  readonly first: number;
  /** Compact JSON. */
  readonly lines: readonly string[];
}

const writing = atMost(16);

/** @throws UnwritableOutputError, and then none of the files is there */
export async function putItems(directory: string, journalPath: string, journal: Journal, fsync: boolean): Promise<void> {
  await replaceFile(journalPath, JSON.stringify(journal), fsync);
  try {
    await writeItems(directory, journal, fsync);
  } catch (error) {
    await removeItems(directory, journal);
    throw error;
  } finally {
    await rm(journalPath, { force: true });
  }
}

/** Ends what a crash interrupted. */
export async function endJournal(directory: string, journalPath: string, fsync: boolean): Promise<void> {
  const text = await readFile(journalPath, 'utf8').catch(missingIsUndefined);
  if (text === undefined) return;
  await writeItems(directory, JSON.parse(text) as Journal, fsync);
  await rm(journalPath, { force: true });
}

/** As Crawlee writes them. */
async function writeItems(directory: string, { first, lines }: Journal, fsync: boolean): Promise<void> {
  const write = (line: string, index: number): Promise<void> => {
    const text = JSON.stringify(JSON.parse(line), undefined, '\t');
    return writing(() => replaceFile(join(directory, fileName(first + index)), text, fsync));
  };
  const settled = await Promise.allSettled(lines.map(write));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
}

async function removeItems(directory: string, { first, lines }: Journal): Promise<void> {
  await Promise.all(lines.map((_, index) => rm(join(directory, fileName(first + index)), { force: true })));
}
