import { type FileHandle, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { makeDirectory, missingIsUndefined, syncDirectory, unwritable, writeFully } from '../storage/disk.js';
import { newId } from '../storage/identifiers.js';
import { del } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { damaged } from '../store/errors.js';
import { jsonKind } from '../store/kinds.js';
import { type KeyValueRecord, piecesOf, type ValueBytes } from './store.js';

/** Names of the files that entries of records name, so that all others can be removed. */
export const namedFiles = jsonKind<null>('value-files');

export interface ValueFile {
  readonly name: string;
  readonly sum: number;
}

export type LentValue = Pick<KeyValueRecord, 'value' | 'version' | 'release'>;

/** Largest memory in bytes that is kept, so that the next file is read into it. */
const mostSpare = 4 * 2 ** 20;

/** Values too large for the database, one file each. */
export interface ValueFiles {
  /** On disk if the policy requires it. An entry must then name it. @throws UnwritableOutputError */
  write(value: ValueBytes): Promise<ValueFile>;
  /** @param size of the value, in bytes @throws UnreadableSourceError if it is missing or damaged */
  read(file: ValueFile, size: number): Promise<LentValue>;
  /** Removes the file after its last reader is done. No error if it does not exist. */
  remove(name: string): void;
  close(): Promise<void>;
}

/** Opens them and removes files without an entry, which a killed process left. */
export async function openValueFiles(
  database: Database,
  directory: string,
  warn: (message: string) => void,
): Promise<ValueFiles> {
  const { fsync } = database;
  const named = new Set((await database.entries(namedFiles)).map(({ key }) => key));
  for (const name of (await readdir(directory).catch(missingIsUndefined)) ?? []) {
    if (!named.has(name)) await unlink(join(directory, name)).catch(missingIsUndefined);
  }
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const removing = new Set<Promise<void>>();
  let spare: Buffer | undefined;
  const takeSpare = (size: number): Buffer => {
    const taken = spare !== undefined && spare.length >= size ? spare : Buffer.allocUnsafeSlow(size);
    if (taken === spare) spare = undefined;
    return taken;
  };
  const removeNow = (name: string): void => {
    doomed.delete(name);
    const work = unlink(join(directory, name))
      .catch(missingIsUndefined)
      .catch((error: Error) => warn(`${join(directory, name)}: is removed at the next start: ${error.message}`))
      .finally(() => removing.delete(work));
    removing.add(work);
  };
  const create = (path: string): Promise<FileHandle> =>
    open(path, 'wx').catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await makeDirectory(directory);
      if (fsync === 'always') await syncDirectory(dirname(directory));
      return open(path, 'wx');
    });
  const sync = async (path: string): Promise<void> => {
    const handle = await open(path, 'r+').catch(missingIsUndefined);
    try {
      await handle?.sync();
    } finally {
      await handle?.close();
    }
  };
  return {
    async write(value) {
      const name = newId();
      const pieces = piecesOf(value);
      const path = join(directory, name);
      try {
        const handle = await create(path);
        try {
          const written = writeFully(handle, pieces, 0);
          const sum = sumOf(pieces);
          await written;
          if (fsync === 'always') await Promise.all([handle.sync().then(() => handle.close()), syncDirectory(directory)]);
          else database.owe(path, () => sync(path));
          return { name, sum };
        } finally {
          await handle.close();
        }
      } catch (error) {
        removeNow(name);
        throw unwritable(path, error as Error);
      }
    },
    async read({ name, sum }, size) {
      readers.set(name, (readers.get(name) ?? 0) + 1);
      const path = join(directory, name);
      try {
        const memory = takeSpare(size + 1);
        let isReleased = memory.length > mostSpare;
        const bytes = await readUpTo(path, memory.subarray(0, size + 1)).catch((cause: Error) => {
          throw new UnreadableSourceError(path, `cannot be read: ${cause.message}`, { cause });
        });
        if (bytes.length !== size || sumOf([bytes]) !== sum) throw damaged(path, 'the record');
        return {
          value: bytes,
          // A file is written once, and its name is not used again.
          version: name,
          release() {
            // Called again, it might give away what another reader has.
            if (!isReleased) spare = memory;
            isReleased = true;
          },
        };
      } finally {
        const left = (readers.get(name) ?? 1) - 1;
        if (left > 0) readers.set(name, left);
        else readers.delete(name);
        if (left === 0 && doomed.has(name)) removeNow(name);
      }
    },
    remove(name) {
      if (readers.has(name)) doomed.add(name);
      else removeNow(name);
    },
    async close() {
      await Promise.all(removing);
    },
  };
}

function sumOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => crc32(piece, sum), 0);
}

/** The first bytes of a file, as many as there is memory for. */
async function readUpTo(path: string, bytes: Buffer): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

export function forgetFile(name: string) {
  return del(namedFiles, name);
}
