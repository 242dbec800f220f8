import { open, stat } from 'node:fs/promises';
import { type Change, del, put } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { bytesKind, numberKey } from '../../store/kinds.js';
import { missingIsUndefined, writeFully } from '../disk.js';

/**
 * Bytes of items whose file is not synced yet. They were written to the file, and are also in the database, which is synced with each commit.
 * So a push waits for one sync, and the file is synced some time later. Keys: the key of the dataset, `/`, and the offset of the first byte in
 * the file.
 */
export const lateBytes = bytesKind('item-bytes');

/** Largest push, in bytes, whose bytes are also stored in the database. For a larger one the file is synced before the commit. */
export const mostLate = 256 * 1024;
/** Number of unsynced bytes after which a file is synced at once. */
const mostUnsynced = 1024 * 1024;
/** Milliseconds after which a file is synced in any case. */
const syncDelay = 1000;

/** The late bytes of one file. */
export interface LateBytes {
  /** The change that stores bytes. They have been written to the file at the offset `start`. */
  add(parts: readonly Buffer[], start: number): Change;
  /** Notes that this change was committed, so that the file is synced later. @param size of the bytes */
  committed(start: number, size: number): void;
  /** Syncs the file, and then removes its bytes from the database. Bytes that cannot be removed stay there until the next time, with a warning. */
  flush(): Promise<void>;
  /** Syncs nothing from now on, because the file is no longer needed. */
  forget(): void;
}

export interface LateOptions {
  readonly database: Database;
  /** Key of the dataset. */
  readonly key: string;
  /** Syncs the file. @throws UnwritableOutputError */
  sync(): Promise<void>;
  readonly warn: (message: string) => void;
}

export function lateBytesOf({ database, key, sync, warn }: LateOptions): LateBytes {
  /** Offsets of the entries in the database. */
  let starts: number[] = [];
  /** Number of bytes that were committed since the last sync. */
  let unsynced = 0;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  const flushNow = async (): Promise<void> => {
    const flushed = starts;
    if (flushed.length === 0) return;
    [starts, unsynced] = [[], 0];
    await sync();
    const changes = flushed.map((start) => del(lateBytes, entryKey(key, start)));
    // Entries that are not removed do no harm: they have the same bytes as the file.
    await database.commit(changes, { lazy: true }).catch((error: Error) => {
      starts.push(...flushed);
      warn(error.message);
    });
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const flushed = flushing.then(flushNow);
    flushing = flushed.catch(() => undefined);
    return flushed;
  };
  const flushSoon = (): void => void flush().catch((error: Error) => warn(error.message));
  return {
    add: (parts, start) => put(lateBytes, entryKey(key, start), Buffer.concat(parts)),
    committed(start, size) {
      starts.push(start);
      unsynced += size;
      if (unsynced >= mostUnsynced) flushSoon();
      else timer ??= setTimeout(flushSoon, syncDelay).unref();
    },
    flush,
    forget() {
      clearTimeout(timer);
      starts = [];
    },
  };
}

/**
 * Writes to the file what the database still has of it, because the last process did not end normally and the file may not have been synced.
 * @param path of the file
 */
export async function restoreLateBytes(database: Database, key: string, path: string): Promise<void> {
  const entries = await database.entries(lateBytes, `${key}/`);
  if (entries.length === 0) return;
  const size = (await stat(path).catch(missingIsUndefined))?.size ?? 0;
  const handle = await open(path, size === 0 ? 'w' : 'r+');
  try {
    let end = size;
    for (const { key: entry, value } of entries) {
      const start = startOf(entry);
      // A damaged entry, or one after a gap in the file, is left out. If the file lacks these bytes, that is reported when it is used.
      if (value === undefined || start > end) continue;
      await writeFully(handle, [value], start);
      end = Math.max(end, start + value.length);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  const changes = entries.map(({ key: entry }) => del(lateBytes, entry));
  await database.commit(changes, { lazy: true });
}

/** Keys of the datasets that have such bytes. */
export async function keysOfLateBytes(database: Database): Promise<readonly string[]> {
  const keys = await database.keys(lateBytes, '');
  return [...new Set(keys.map((entry) => entry.slice(0, entry.indexOf('/'))))];
}

function entryKey(key: string, start: number): string {
  return `${key}/${numberKey(start)}`;
}

function startOf(entry: string): number {
  return Number.parseInt(entry.slice(entry.indexOf('/') + 1), 36);
}
