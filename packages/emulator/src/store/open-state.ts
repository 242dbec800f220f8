import { existsSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeStorageDirectory, removeHalfWritten, unwritable } from '../storage/disk.js';
import { type Chain, forgetChain, readChain } from './chain.js';
import type { DatabaseOptions } from './database.js';
import { StorageDamagedError, StorageInUseError, storageVersion } from './errors.js';
import { sealed } from './kinds.js';
import { isLocked, type Level, openLevel, operationsOf, reasonOf, repairLevel } from './level.js';
import { readSession, type Session, sessionFile, sessionOf, writeSession } from './session.js';

interface Reopened {
  readonly level: Level;
  readonly chain: Chain;
}

export interface OpenState {
  readonly level: Level;
  readonly last: number;
  readonly mayLackItems: boolean;
  readonly state: {
    /** @throws if the disk has no space to open it again */
    checkRoom(): Promise<void>;
    reopen(): Promise<Reopened>;
    /** Records a normal end: everything up to that commit is on disk. Called before the database is closed. */
    closed(last: number): Promise<void>;
  };
}

/**
 * Opens the database and checks it against the end recorded in `storage.json`.
 * @throws StorageInUseError, StorageVersionError, StorageDamagedError, UnwritableOutputError
 */
export async function openState(options: DatabaseOptions): Promise<OpenState> {
  const { directory, fsync, version = storageVersion } = options;
  if (directory === undefined) return inMemory();
  const path = join(directory, 'database');
  await makeStorageDirectory(directory);
  const level = await openChecked(path, await readSession(directory, version), options);
  try {
    // Read again, because only now no other process can change it.
    const session = await readSession(directory, version);
    await removeHalfWritten(directory, await readdir(directory));
    const last = await checkEnd(level, session, options);
    const since = new Date().toISOString();
    await writeSession(directory, sessionOf({ version, state: 'open', commit: last, fsync }, since));
    return {
      level,
      last,
      mayLackItems: typeof session === 'object' && session.state === 'open' && session.fsync === 'never',
      state: {
        checkRoom: () => checkRoom(directory, path),
        async reopen() {
          const again = await openLevel(path);
          return { level: again, chain: await readChain(again) };
        },
        closed: (commit) => writeSession(directory, sessionOf({ version, state: 'closed', commit, fsync }, since)),
      },
    };
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function inMemory(): Promise<OpenState> {
  const level = await openLevel(undefined);
  const reopen = async (): Promise<Reopened> => ({ level, chain: await readChain(level) });
  return { level, last: 0, mayLackItems: false, state: { checkRoom: async () => {}, reopen, closed: async () => {} } };
}

/** Checks that there is space to open the database, because opening it writes its journal into a table. */
async function checkRoom(directory: string, path: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.log'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
  // They have the names of half-written files, so that they are removed too if the process is killed.
  const probes = [...sizes, 32 * 1024].map(
    (size, index) => [join(directory, `${sessionFile}.00000000000${index}`), size] as const,
  );
  try {
    for (const [probe, size] of probes) await writeFile(probe, Buffer.alloc(size), { flush: true });
  } finally {
    for (const [probe] of probes) await rm(probe, { force: true });
  }
}

async function openChecked(
  path: string,
  session: Session | 'unreadable' | undefined,
  { directory = '', acceptLoss, warn }: DatabaseOptions,
): Promise<Level> {
  // Without this file LevelDB would start an empty database and remove its tables.
  if (session !== undefined && !existsSync(join(path, 'CURRENT'))) {
    if (!acceptLoss) throw new StorageDamagedError(directory, 'the database is missing, or its file CURRENT is');
    warn(`${path}: damaged (its file CURRENT is missing); the readable part is kept`);
    if (existsSync(path)) await repairLevel(path);
  }
  await makeStorageDirectory(path);
  try {
    return await openLevel(path);
  } catch (error) {
    if (isLocked(error)) throw new StorageInUseError(directory, typeof session === 'object' ? session.holder : undefined);
    const reason = reasonOf(error);
    if (!/corrupt|missing|no such file|does not exist|not a/i.test(reason)) throw unwritable(path, new Error(reason));
    if (!acceptLoss) throw new StorageDamagedError(directory, `the database is damaged: ${reason}`, { cause: error });
    warn(`${path}: damaged (${reason}); the readable part is kept`);
    await repairLevel(path);
    return openLevel(path);
  }
}

/** Checks the last commits. @returns the number of the last commit */
async function checkEnd(
  level: Level,
  session: Session | 'unreadable' | undefined,
  { directory = '', acceptLoss, warn }: DatabaseOptions,
): Promise<number> {
  const { last, gap } = await readChain(level);
  if (session === 'unreadable')
    warn(`${join(directory, sessionFile)}: unreadable; it is not known whether the last commits exist`);
  const known = typeof session === 'object' ? session.commit : 0;
  const lost = gap ?? (last < known ? `commits ${last + 1} to ${known} are lost` : undefined);
  if (session === undefined && last > 0)
    warn(`${join(directory, sessionFile)}: missing; it is not known whether the last commits exist`);
  if (lost === undefined) return last;
  if (!acceptLoss) throw new StorageDamagedError(directory, `the journal of the database is damaged: ${lost}`);
  warn(`${directory}: ${lost}; the rest is served`);
  const next = Math.max(last, known);
  await level.batch(operationsOf(await forgetChain(level, next), sealed));
  return next;
}
