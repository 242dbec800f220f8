import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isItem, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { missingIsUndefined, replaceFile } from '../storage/disk.js';
import type { Fsync } from '../storage/options.js';
import { type Holder, StorageVersionError, storageVersion } from './errors.js';

/** The content of `storage.json`: the last process that used the storage, and how it ended. */
export interface Session {
  readonly version: number;
  readonly holder: Holder;
  readonly fsync: Fsync;
  /** `closed`: everything was forced to disk at the end. */
  readonly state: 'open' | 'closed';
  /** Number of the last commit that was on disk at that time. */
  readonly commit: number;
}

export const sessionFile = 'storage.json';

/** The process that uses the storage from now on. */
export function sessionOf(session: Pick<Session, 'version' | 'state' | 'commit' | 'fsync'>, since: string): Session {
  return { ...session, holder: { pid: process.pid, host: hostname(), since } };
}

export function writeSession(directory: string, session: Session): Promise<void> {
  return replaceFile(join(directory, sessionFile), `${JSON.stringify(session, undefined, 2)}\n`, true);
}

/**
 * `undefined`: no file yet. `unreadable`: not written by `writeSession`.
 * @param version the expected one @throws StorageVersionError if the directory has another
 */
export async function readSession(directory: string, version = storageVersion): Promise<Session | 'unreadable' | undefined> {
  const path = join(directory, sessionFile);
  const text = await readFile(path, 'utf8')
    .catch(missingIsUndefined)
    .catch((error: Error) => {
      throw new UnreadableSourceError(path, `cannot be read: ${systemReason(error)}`, { cause: error });
    });
  if (text === undefined) {
    await refuseOlder(directory);
    return undefined;
  }
  const session = parsed(text);
  if (session === undefined) return 'unreadable';
  if (session.version === version) return session;
  const advice = session.version < storageVersion ? conversion(directory) : 'open it with the release that wrote it';
  throw new StorageVersionError(directory, `a storage of version ${session.version}`, advice);
}

/** The version that `storage.json` has; that of a file which cannot be read is the current one. */
export async function versionOf(directory: string): Promise<number> {
  return parsed(await readFile(join(directory, sessionFile), 'utf8'))?.version ?? storageVersion;
}

function conversion(directory: string): string {
  return `convert it with: dataset-items convert-storage ${directory}`;
}

/** Releases before the first of this layout kept their lock in a directory of that name. */
export const olderMark = '.dataset-items';

async function refuseOlder(directory: string): Promise<void> {
  const names = (await readdir(directory).catch(missingIsUndefined)) ?? [];
  if (!names.includes(olderMark)) return;
  throw new StorageVersionError(directory, 'a storage of version 1', conversion(directory));
}

function parsed(text: string): Session | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isItem(value) || !Number.isSafeInteger(value.version)) return undefined;
    // A later version may have other fields.
    if (Number(value.version) > storageVersion) return value as unknown as Session;
    const isWhole = Number.isSafeInteger(value.commit) && isItem(value.holder) && /^(open|closed)$/.test(String(value.state));
    return isWhole ? (value as unknown as Session) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
