import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import type { BatchOptions } from 'classic-level';
import { atMost } from '../storage/at-most.js';
import { unwritable } from '../storage/disk.js';
import { link } from './chain.js';
import { type Change, keyIn } from './changes.js';
import type { Database, DatabaseOptions } from './database.js';
import { damaged, openedAgain } from './errors.js';
import { asTheyAre, sealed } from './kinds.js';
import { type Level, type Operation, operationsOf, reasonOf } from './level.js';
import { openState } from './open-state.js';

/** A commit that is not written yet. */
interface Waiting {
  readonly changes: readonly Change[];
  readonly lazy: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** Largest number of commits in one write. Limits memory. */
const mostTogether = 64;
/** Milliseconds after which a commit is synced with the policy `batch`. */
const syncDelay = 100;
/** Largest number of files that are synced at the same time. */
const syncsAtOnce = 16;

/**
 * Opens the database of a storage. Commits are written one after the other, and those that wait meanwhile are written together.
 * @throws StorageInUseError, StorageVersionError, StorageDamagedError, UnwritableOutputError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { directory, fsync, warn } = options;
  const name = directory === undefined ? 'the storage in memory' : join(directory, 'database');
  const { state, mayLackItems, ...opened } = await openState(options);
  const storing = directory === undefined ? asTheyAre : sealed;
  const waiting: Waiting[] = [];
  /** For each file with bytes that are not synced yet, the function that syncs it. */
  const unsynced = new Map<string, () => Promise<void>>();
  /** `undefined`: it is being opened again, or that has failed. */
  let level: Level | undefined = opened.level;
  /** Number of the last commit that succeeded. */
  let last = opened.last;
  /** From now on every commit fails with it. */
  let failure: UnwritableOutputError | undefined;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let readers = 0;
  let reopening: Promise<Level> | undefined;
  /** A write failed. LevelDB then refuses every other write until it is opened again, but can still be read. */
  let isBroken = false;
  /** Number of the last commit in the database. Larger than `last` if a commit was reported as failed but was stored. */
  let lastStored = last;

  const reopen = async (): Promise<Level> => {
    try {
      if (level !== undefined) await state.checkRoom();
      const broken = level;
      level = undefined;
      while (readers > 0) await new Promise(setImmediate);
      await broken?.close();
      const { level: reopened, chain } = await state.reopen();
      // One commit more can be there: the one whose write failed.
      if (chain.gap !== undefined || chain.last < last || chain.last > last + 1) {
        await reopened.close();
        throw new Error(chain.gap ?? `it has ${chain.last} commits, ${last} were made`);
      }
      lastStored = chain.last;
      level = reopened;
      isBroken = false;
      return reopened;
    } catch (error) {
      throw new UnwritableOutputError(name, `cannot be written: ${reasonOf(error)}`, { cause: error });
    } finally {
      reopening = undefined;
    }
  };
  /** The open database, which is opened again if need be. @param toWrite it must accept writes */
  const whenOpen = async (toWrite = false): Promise<Level> => {
    if (level !== undefined && !(toWrite && isBroken)) return level;
    reopening ??= reopen();
    return reopening;
  };
  const write = async (changes: readonly Change[], sync: boolean): Promise<void> => {
    if (failure !== undefined) throw failure;
    // Without a wait where there is nothing to wait for: the write begins before `commit` returns.
    const open = level === undefined || isBroken ? await whenOpen(true) : level;
    if (lastStored > last) {
      failure = new UnwritableOutputError(name, 'a change that was refused was stored after all: restart the emulator');
      throw failure;
    }
    const number = last + 1;
    const operations = operationsOf(directory === undefined ? changes : [...changes, ...link(number)], storing);
    try {
      await writeAll(open, operations, sync);
    } catch (error) {
      // Only the journal shows whether the commit was written after all.
      isBroken = true;
      const reopened = await whenOpen(true).catch(() => undefined);
      if (reopened === undefined || lastStored < number)
        throw unwritable(name, (error as { cause?: Error }).cause ?? (error as Error));
    }
    last = number;
    lastStored = number;
  };
  const syncFiles = async (): Promise<void> => {
    const syncs = [...unsynced.values()];
    unsynced.clear();
    const inTurn = atMost(syncsAtOnce);
    const settled = await Promise.allSettled(syncs.map((sync) => inTurn(sync)));
    for (const one of settled) if (one.status === 'rejected') warn((one.reason as Error).message);
  };
  /** Syncs files first, and commits nothing meanwhile, because commits refer to bytes in files and must not be on disk before them. */
  const flush = async (): Promise<void> => {
    timer = undefined;
    await syncFiles();
    await write([], true);
  };
  let flushDue = false;
  /** Writes what waits, until nothing waits. */
  const run = async (): Promise<void> => {
    while (waiting.length > 0 || flushDue) {
      if (flushDue) {
        flushDue = false;
        await flush().catch((error: Error) => warn(error.message));
        continue;
      }
      const group = takeGroup(waiting);
      const sync = fsync === 'always' && group.some(({ lazy }) => !lazy);
      try {
        await write(
          group.flatMap(({ changes }) => changes),
          sync,
        );
        for (const { resolve } of group) resolve();
        if (fsync === 'batch') timer ??= setTimeout(flushSoon, syncDelay).unref();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    writing = undefined;
  };
  const flushSoon = (): void => {
    flushDue = true;
    writing ??= run();
  };
  /** Runs a read. The database is not closed before it is done. */
  const reading = async <T>(work: (open: Level) => Promise<T>): Promise<T> => {
    const open = await whenOpen();
    readers++;
    try {
      return await work(open);
    } finally {
      readers--;
    }
  };
  return {
    name,
    fsync,
    mayLackItems,
    commit: (changes, { lazy = false } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new UnwritableOutputError(name, 'the storage was closed'));
        waiting.push({ changes, lazy, resolve, reject });
        writing ??= run();
      }),
    async ready() {
      await whenOpen();
    },
    get(kind, key) {
      const fullKey = keyIn(kind, key);
      if (level === undefined) throw openedAgain(name);
      const found = level.getSync(fullKey);
      if (found === undefined) return undefined;
      const value = storing.read(kind, fullKey, found);
      if (value === undefined) throw damaged(name, `the entry ${key} of ${kind.name}`);
      return value;
    },
    entries: (kind, prefix = '', { after, limit = -1 } = {}) =>
      reading(async (open) => {
        const start = keyIn(kind, prefix);
        const from = after !== undefined && after >= prefix ? { gt: keyIn(kind, after) } : { gte: start };
        const found = await open.iterator({ ...from, lt: endOf(start), limit }).all();
        return found.map(([fullKey, value]) => ({
          key: fullKey.slice(start.length - prefix.length),
          value: storing.read(kind, fullKey, value),
        }));
      }),
    keys: (kind, prefix) =>
      reading(async (open) => {
        const start = keyIn(kind, prefix);
        const found = await open.keys({ gte: start, lt: endOf(start) }).all();
        return found.map((fullKey) => fullKey.slice(start.length - prefix.length));
      }),
    clear: (kind, prefix) =>
      reading(async (open) => {
        const start = keyIn(kind, prefix);
        await open.clear({ gte: start, lt: endOf(start) });
      }),
    owe: (file, sync) => void unsynced.set(file, sync),
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      await writing;
      try {
        await flush();
        // Before the database is closed, because another process can open the directory after that.
        await state.closed(last);
      } finally {
        await level?.close();
      }
    },
  };
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  return waiting.splice(0, mostTogether);
}

async function writeAll(level: Level, operations: readonly Operation[], sync: boolean): Promise<void> {
  const options: BatchOptions<string, unknown> = sync ? { sync } : {};
  const [first] = operations;
  // Faster than a batch of one change, which most commits are in memory.
  if (operations.length === 1 && first?.type === 'put') await level.put(first.key, first.value, options);
  else await level.batch([...operations], options);
}

/** The first key after all keys with this prefix. */
function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
