import type { AbstractLevel } from 'abstract-level';
import { ClassicLevel } from 'classic-level';
import { MemoryLevel } from 'memory-level';
import type { Change } from './changes.js';
import type { Storing } from './kinds.js';

export type Level = AbstractLevel<string | Buffer | Uint8Array, string, unknown>;

/** Number of open files: the smallest that LevelDB accepts, so that descriptors are left for items and sockets. */
const openFiles = 74;

/** Memory can hold any value, although its database says that it holds text. */
const anyValue = {
  name: 'any-value',
  format: 'utf8',
  encode: (value: unknown) => value as string,
  decode: (value: string) => value,
} as const;

/** @param path `undefined`: in memory @throws the error of the database; `isLocked` shows whether another process uses it */
export async function openLevel(path: string | undefined): Promise<Level> {
  const level: Level =
    path === undefined
      ? new MemoryLevel<string, unknown>({ storeEncoding: 'utf8', keyEncoding: 'utf8', valueEncoding: anyValue })
      : new ClassicLevel<string, unknown>(path, { keyEncoding: 'utf8', valueEncoding: 'buffer', maxOpenFiles: openFiles });
  await level.open();
  return level;
}

/** Changes in the form of the database. */
export function operationsOf(changes: readonly Change[], { store }: Pick<Storing, 'store'>): Operation[] {
  return changes.map(({ key, put }) => (put === undefined ? { type: 'del', key } : { type: 'put', key, value: store(key, put) }));
}

export type Operation =
  | { readonly type: 'del'; readonly key: string }
  | { readonly type: 'put'; readonly key: string; readonly value: unknown };

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
