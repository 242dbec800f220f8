import { hostname } from 'node:os';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';

/** The process that uses a storage, and since when. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Another process uses the directory. */
export class StorageInUseError extends Error {
  readonly code = 'storage-in-use';
  readonly directory: string;
  readonly holder: Holder | undefined;

  constructor(directory: string, holder: Holder | undefined) {
    super(`${directory}: in use by ${holderText(holder)}; end it first, or use another directory`);
    this.name = 'StorageInUseError';
    this.directory = directory;
    this.holder = holder;
  }
}

/** The directory was written by another version of this program. */
export class StorageVersionError extends Error {
  readonly code = 'storage-version';
  readonly directory: string;

  /** @param advice what to do about it */
  constructor(directory: string, found: string, advice: string, expected = `a storage of version ${storageVersion}`) {
    super(`${directory}: got ${found}, expected ${expected}; ${advice}`);
    this.name = 'StorageVersionError';
    this.directory = directory;
  }
}

/** Stored data is lost. The rest is served only if that was requested. */
export class StorageDamagedError extends Error {
  readonly code = 'storage-damaged';
  readonly directory: string;

  constructor(directory: string, lost: string, options?: ErrorOptions) {
    super(`${directory}: ${lost}; replace it with a backup, or open the remaining data with --accept-loss`, options);
    this.name = 'StorageDamagedError';
    this.directory = directory;
  }
}

/** Version of the layout that docs/storage.md describes. */
export const storageVersion = 3;

/** @param what `the record "a"` */
export function damaged(where: string, what: string): UnreadableSourceError {
  return new UnreadableSourceError(where, `${what} is damaged: its checksum does not match`);
}

function holderText(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process';
  const { pid, host, since } = holder;
  return `${pid === process.pid && host === hostname() ? 'this process' : `process ${pid} on ${host}`} since ${since}`;
}

/** Another thing has the requested name or id. */
export class NameTakenError extends Error {
  readonly code = 'name-taken';
  readonly taken: string;

  constructor(taken: string) {
    super(`${JSON.stringify(taken)} is the name or id of another one, expected one that is free`);
    this.name = 'NameTakenError';
    this.taken = taken;
  }
}

/** @param what `request queue` */
export function removed(name: string, what: string): UnreadableSourceError {
  const missing = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return new UnreadableSourceError(name, `the ${what} was removed`, { missing });
}

/** For a moment. The cause says that it passes. */
export function openedAgain(where: string): UnreadableSourceError {
  const cause = Object.assign(new Error('busy'), { code: 'EBUSY' });
  return new UnreadableSourceError(where, 'it is being opened again', { cause });
}
