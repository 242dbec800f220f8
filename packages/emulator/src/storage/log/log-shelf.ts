import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { linesSource, type Stretch, type Window } from '@dataset-items/sources';
import { replaceFile, syncDirectory } from '../disk.js';
import type { Handles } from '../handles.js';
import { newId } from '../identifiers.js';
import type { Fsync } from '../options.js';
import { placesOf } from '../places.js';
import type { DatasetRecord, Shelf } from '../shelf.js';
import { addTally, keepTally, type Tally } from '../tally.js';
import { commits } from './commits.js';
import { type ItemIndex, itemIndex } from './index-file.js';
import { writeRecord } from './record-file.js';
import { saving } from './saving.js';

/** Names of what a dataset's directory holds. */
export const itemsFile = 'items.jsonl';
export const indexFile = 'items.index';
export const recordFile = 'dataset.json';
/** Whether a directory that holds these is one of a dataset kept here. */
export function isOurs(names: readonly string[]): boolean {
  return names.includes(recordFile) || names.includes(itemsFile);
}

/** Read at once: small, since many clients read at the same time. */
const chunkBytes = 64 * 1024;

/** At the end of the name of a directory that is being removed. */
export const removedMark = '.removed';

export interface ShelfSettings {
  readonly handles: Handles;
  readonly fsync: Fsync;
  /** Takes turns with what else writes whole files. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly warn: (message: string) => void;
  /** @throws UnwritableOutputError where nothing may be written any more */
  check(): void;
}

export interface LogStart {
  readonly directory: string;
  readonly record: DatasetRecord;
  readonly size: number;
  readonly tally: Tally;
  readonly modifiedAt: Date | undefined;
}

/** Milliseconds after which a change of what is told beside the items is written. A crash costs counting what was pushed since. */
const saveDelay = 2000;

/** Items in a file of JSON Lines to which pushes are added. */
export function logShelf({ directory, tally, ...start }: LogStart, settings: ShelfSettings): Shelf {
  const { handles, fsync, inTurn, warn } = settings;
  const path = join(directory, itemsFile);
  let { record, size, modifiedAt } = start;
  let closed = false;
  const index = itemIndex(join(directory, indexFile), path, handles, () => size);
  const log = commits({
    path,
    handles,
    fsync,
    size,
    async begin() {
      settings.check();
      const offsets = await index.load();
      return (bytes, group, sizeNow) => {
        for (const part of bytes) offsets.walk(part);
        for (const pushed of group) addTally(tally, pushed.tally);
        size = sizeNow;
        modifiedAt = new Date();
        saves.soon();
      };
    },
  });
  const save = async (): Promise<void> => {
    settings.check();
    const state = { size, modifiedAt: modifiedAt?.toISOString(), tally: keepTally(tally) };
    const text = writeRecord(record, state);
    // What is told of items must not outlast them.
    await log.sync();
    await index.save();
    await inTurn(() => replaceFile(join(directory, recordFile), text, fsync !== 'never'));
  };
  const saves = saving(save, saveDelay, (error) => warn(`${directory}: ${(error as Error).message}`));
  return {
    tally,
    get modifiedAt() {
      return modifiedAt;
    },
    get version() {
      return `${record.createdAt.getTime().toString(36)}-${tally.items}`;
    },
    source(facts) {
      const [total, bytes] = [tally.items, size];
      return linesSource(
        { path, facts, total, locate: (window) => locate(index, window, total, bytes) },
        { chunkSize: chunkBytes },
      );
    },
    async append(pushed) {
      if (closed) throw new UnwritableOutputError(directory, 'the store was closed');
      await log.add(pushed);
    },
    keep(changed) {
      record = changed;
      return saves.now();
    },
    note(changed) {
      record = changed;
      if (!closed) saves.soon();
    },
    async remove() {
      closed = true;
      await saves.stop();
      await log.settle();
      await Promise.all([handles.release(path), handles.release(join(directory, indexFile))]);
      // Gone at once, whatever happens while its files are removed.
      const removed = `${directory}.${newId()}${removedMark}`;
      await rename(directory, removed);
      if (fsync !== 'never') await syncDirectory(join(directory, '..'));
      await rm(removed, { recursive: true, force: true, maxRetries: 3 });
    },
    async close() {
      if (closed) return;
      closed = true;
      await log.settle();
      await saves.finish();
      await log.sync();
    },
  };
}

/** Between checkpoints, so that no more than what lies between two of them is read in vain at either end. */
async function locate(index: ItemIndex, window: Window, total: number, size: number): Promise<Stretch> {
  const { from, to } = placesOf(window, total);
  const { desc } = window;
  if (from === to) return { start: 0, end: 0, line: 1, window };
  const offsets = from === 0 && to === total ? undefined : await index.load();
  const start = offsets?.before(from) ?? { item: 0, byte: 0 };
  const after = offsets?.after(to);
  const end = after !== undefined && after.byte < size ? after : { item: total, byte: size };
  const offset = desc ? end.item - to : from - start.item;
  // Where the stretch ends with the window nothing needs to be counted.
  const limit = (desc ? from === start.item : to === end.item) ? Number.POSITIVE_INFINITY : to - from;
  return { start: start.byte, end: end.byte, line: start.item + 1, window: { offset, limit, desc } };
}
