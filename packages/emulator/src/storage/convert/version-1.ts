import { open, readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Item } from '@dataset-items/query-pipeline';
import { type Holder, StorageInUseError } from '../../store/errors.js';
import { missingIsUndefined, readObject } from '../disk.js';

/** A record, as version 1 wrote it: dates as text. */
export type OldRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** In the order of their names, so that things of one date are always in the same order. */
export async function foldersIn(path: string): Promise<string[]> {
  const found = (await readdir(path, { withFileTypes: true }).catch(missingIsUndefined)) ?? [];
  return found
    .filter((one) => one.isDirectory() && !one.name.endsWith('.removed'))
    .map(({ name }) => name)
    .sort();
}

export function dateOf(value: unknown, otherwise: Date): Date {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? otherwise : date;
}

export async function bornAt(path: string): Promise<Date> {
  return (await stat(path)).birthtime;
}

/**
 * Version 1 ended each line of a push, except the last, with a space. Finds where the last complete push ends.
 * @param size of the file
 */
export async function endOfLastPush(path: string, size: number): Promise<number> {
  const [LF, BLANK] = [0x0a, 0x20];
  const handle = await open(path, 'r');
  try {
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - 64 * 1024);
      // Includes the byte before, which shows whether a line feed at the start ends a push.
      const first = Math.max(0, start - 1);
      const block = Buffer.alloc(end - first);
      await handle.read(block, 0, block.length, first);
      for (let at = block.lastIndexOf(LF); at >= start - first; at = at === 0 ? -1 : block.lastIndexOf(LF, at - 1)) {
        if (at === 0 || block[at - 1] !== BLANK) return first + at + 1;
      }
      end = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

/** The complete changes of a queue, in order. */
export async function readChanges(path: string): Promise<readonly Item[]> {
  const size = (await stat(path).catch(missingIsUndefined))?.size ?? 0;
  if (size === 0) return [];
  const text = (await readFile(path)).subarray(0, await endOfLastPush(path, size)).toString();
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Item);
}

/** A record of a key-value store: a line of JSON, then the value. `undefined` when it is incomplete. */
export async function readRecord(
  path: string,
): Promise<{ readonly key: string; readonly contentType: string; readonly value: Buffer } | undefined> {
  const bytes = await readFile(path);
  const start = bytes.indexOf(0x0a) + 1;
  if (start === 0) return undefined;
  try {
    const { key, contentType } = JSON.parse(bytes.toString('utf8', 0, start));
    const isWhole = typeof key === 'string' && typeof contentType === 'string';
    return isWhole ? { key, contentType, value: bytes.subarray(start) } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws StorageInUseError when a process of version 1 uses the directory */
export async function refuseHeld(directory: string, lock: string): Promise<void> {
  const holder = (await readObject(lock)) as (Item & Holder) | undefined;
  if (holder === undefined || holder.host !== hostname() || !isRunning(holder.pid)) return;
  throw new StorageInUseError(directory, holder);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
