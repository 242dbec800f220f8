import { ClassicLevel } from 'classic-level';
import type { Change } from './changes.js';
import { sealed } from './kinds.js';

export type Level = ClassicLevel<string, Buffer>;

/** Number of open files: the smallest that LevelDB accepts, so that descriptors are left for items and sockets. */
const openFiles = 74;

/** @throws the error of the database; `isLocked` shows whether another process uses it */
export async function openLevel(path: string): Promise<Level> {
  const level: Level = new ClassicLevel<string, Buffer>(path, {
    keyEncoding: 'utf8',
    valueEncoding: 'buffer',
    maxOpenFiles: openFiles,
  });
  await level.open();
  return level;
}

/** Writes all changes or none. */
export async function writeAll(level: Level, changes: readonly Change[], sync: boolean): Promise<void> {
  // Given one by one, which takes less time than an array of objects.
  const batch = level.batch();
  for (const { key, put } of changes) {
    if (put === undefined) batch.del(key);
    else batch.put(key, sealed.store(key, put));
  }
  await batch.write({ sync });
}

/** Repairs a damaged database, keeping what can be read. */
export function repairLevel(path: string): Promise<void> {
  return ClassicLevel.repair(path);
}

export function isLocked(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_LOCKED' || codeOf((error as Error).cause) === 'LEVEL_LOCKED';
}

/** The message of the database itself, which may be the cause of the error. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}
