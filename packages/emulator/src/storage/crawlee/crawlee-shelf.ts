import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { itemFilesSource } from '@dataset-items/sources';
import { replaceFile } from '../disk.js';
import type { KeptDataset } from '../kept-datasets.js';
import type { ShelfSettings } from '../log/log-shelf.js';
import { readRecord, writeRecord } from '../log/record-file.js';
import { saving } from '../log/saving.js';
import type { DatasetRecord, Shelf } from '../shelf.js';
import { keepTally } from '../tally.js';
import { endJournal, putItems } from './journal.js';
import { foreignRecord, tellCrawlee } from './metadata.js';
import { type Seen, see, seeMore } from './seen.js';

/** A dataset that Crawlee made, where it is. */
export interface CrawleeShelf extends Shelf {
  /** Looks for items that came meanwhile, or went. */
  refresh(): Promise<void>;
  readonly removed: boolean;
}

export interface CrawleeDataset extends KeptDataset {
  readonly directory: string;
  readonly shelf: CrawleeShelf;
}

const saveDelay = 2000;

/** @param own directory for what this keeps of it, which Crawlee must not find among its items */
export async function openCrawlee(directory: string, own: string, settings: ShelfSettings): Promise<CrawleeDataset> {
  const path = join(own, basename(directory));
  await mkdir(own, { recursive: true });
  await endJournal(directory, `${path}.journal`, settings.fsync !== 'never');
  const kept = await readRecord(`${path}.json`);
  const seen = await see(directory, kept?.state);
  const record = kept?.record ?? (await foreignRecord(directory));
  const shelf = crawleeShelf(directory, path, record, seen, settings);
  // A secret key that is made up must be the same the next time.
  if (kept === undefined) await shelf.keep(record);
  return { directory, record, shelf };
}

function crawleeShelf(
  directory: string,
  path: string,
  given: DatasetRecord,
  start: Seen,
  { fsync, inTurn, warn, check }: ShelfSettings,
): CrawleeShelf {
  let record = given;
  let seen = start;
  let closed = false;
  let removed = false;
  const durable = fsync !== 'never';
  const save = async (): Promise<void> => {
    const { files, tally, changedAt } = seen;
    const state = { size: files.length, modifiedAt: changedAt?.toISOString(), tally: keepTally(tally) };
    await inTurn(() => replaceFile(`${path}.json`, writeRecord(record, state), durable));
  };
  const saves = saving(save, saveDelay, (error) => warn(`${directory}: ${(error as Error).message}`));
  // One thing at a time: looking, or pushing.
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const look = async (): Promise<void> => {
    const before = seen;
    seen = await seeMore(directory, before);
    if (seen !== before) saves.soon();
  };
  return {
    get tally() {
      return seen.tally;
    },
    get modifiedAt() {
      return seen.changedAt;
    },
    get version() {
      return `${seen.changedAt?.getTime().toString(36)}-${seen.files.length}`;
    },
    source: (facts) => itemFilesSource(directory, seen.files, facts),
    append: (pushed) =>
      inOrder(async () => {
        if (closed) throw new UnwritableOutputError(directory, 'the store was closed');
        check();
        await look();
        await mkdir(directory, { recursive: true });
        await putItems(directory, `${path}.journal`, { first: seen.files.next, lines: pushed.lines }, durable);
        await tellCrawlee(directory, seen.files.next - 1 + pushed.lines.length, durable);
        await look();
      }),
    refresh: () => inOrder(async () => (closed ? undefined : look())),
    keep(changed) {
      record = changed;
      return saves.now();
    },
    note(changed) {
      record = changed;
      if (!closed) saves.soon();
    },
    get removed() {
      return removed;
    },
    async remove() {
      closed = true;
      removed = true;
      await last;
      await saves.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      await rm(`${path}.json`, { force: true });
    },
    async close() {
      closed = true;
      await last;
      await saves.finish();
    },
  };
}
