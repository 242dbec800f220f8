import { constants, read, readSync, rmSync, write, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { type OpenFile, type OpenOptions, openFile } from './open-file.js';
import { systemReason } from './system-reason.js';
import { writeFully } from './whole-file.js';

/** A file that only this process can read and that never outlives it. */
export interface TemporaryFile {
  /** Bytes written so far. */
  readonly size: number;
  /** @throws UnwritableOutputError if the disk is full or the directory is not writable */
  append(...parts: readonly Uint8Array[]): Promise<void>;
  /** Fills `target` with the bytes from `position`. @returns the number of bytes read */
  read(target: Uint8Array, position: number): Promise<number>;
  /** The number of the open file in this process, for `sharedTemporaryFile`. Absent if there is none, as in browsers. */
  readonly descriptor?: number;
  /** May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens an empty temporary file, mode 0600, in `directory` (default: the system's).
 * @param blocking as for `openFile`
 * @throws UnwritableOutputError
 */
export async function openTemporaryFile(directory: string = tmpdir(), blocking = false): Promise<TemporaryFile> {
  const options = { mode: 0o600, blocking };
  const { file, forget } = (await openUnnamed(directory, options)) ?? (await openNamed(directory, options));
  let size = 0;
  let closed: Promise<void> | undefined;
  return {
    get size() {
      return size;
    },
    descriptor: file.fd,
    async append(...parts) {
      size += await writeFully(file, parts, size).catch((error: Error) => {
        throw unwritableDirectory(directory, error);
      });
    },
    async read(target, position) {
      return (await file.read(target, 0, target.length, position)).bytesRead;
    },
    close: () => {
      closed ??= file.close().finally(forget);
      return closed;
    },
  };
}

/** The open temporary file of another thread of this process, which keeps it open. */
export interface SharedTemporaryFile {
  /** Writes from `position` on. Parts of the file that several threads write must not overlap. @throws UnwritableOutputError */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Fills `target` with the bytes from `position`. @returns the number of bytes read */
  read(target: Uint8Array, position: number): Promise<number>;
}

type MoveBytes = (
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
  done: (error: Error | null, count: number) => void,
) => void;

/** A call that blocks the thread. Its error is thrown. */
function atOnce(
  how: (descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => number,
): MoveBytes {
  return (descriptor, bytes, offset, length, position, done) => done(null, how(descriptor, bytes, offset, length, position));
}

/** @param descriptor of the file @param directory of the file, for errors @param blocking as for `openTemporaryFile` */
export function sharedTemporaryFile(descriptor: number, directory: string = tmpdir(), blocking = false): SharedTemporaryFile {
  /** @param how `read` or `write`: the number of bytes that one call has moved */
  const call = (how: MoveBytes, bytes: Uint8Array, position: number): Promise<number> =>
    new Promise((resolve, reject) => {
      how(descriptor, bytes, 0, bytes.length, position, (error, count) => (error ? reject(error) : resolve(count)));
    });
  const [reading, writing] = blocking ? [atOnce(readSync), atOnce(writeSync)] : [read, write];
  return {
    async write(position, bytes) {
      // One call to the system may write only some of them.
      for (let done = 0; done < bytes.length; ) {
        done += await call(writing, bytes.subarray(done), position + done).catch((error: Error) => {
          throw unwritableDirectory(directory, error);
        });
      }
    },
    read: (target, position) => call(reading, target, position),
  };
}

interface Opened {
  readonly file: OpenFile;
  /** Called when the file is closed. */
  readonly forget: () => Promise<void>;
}

/** A flag of Linux for which Node has no constant: the file never has a name, so it disappears even if the process is killed. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** `undefined`: the platform or the file system does not support files without a name. */
async function openUnnamed(directory: string, options: OpenOptions): Promise<Opened | undefined> {
  if (process.platform !== 'linux') return undefined;
  const file = await openFile(directory, O_TMPFILE | constants.O_RDWR | constants.O_EXCL, options).catch(() => undefined);
  return file && { file, forget: async () => {} };
}

async function openNamed(directory: string, options: OpenOptions): Promise<Opened> {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const path = join(directory, `dataset-items-${randomBytes(9).toString('base64url')}.tmp`);
  const file = await openFile(path, 'wx+', options).catch((error: Error) => {
    throw unwritableDirectory(directory, error);
  });
  return { file, forget: await unlinkNow(path) };
}

/** Unlinks the open file if the platform allows it. Otherwise the file is removed when it is closed or when the process ends. */
async function unlinkNow(path: string): Promise<() => Promise<void>> {
  try {
    await rm(path);
    return async () => {};
  } catch {
    const atExit = (): void => rmSync(path, { force: true });
    process.once('exit', atExit);
    return async () => {
      process.removeListener('exit', atExit);
      await rm(path, { force: true });
    };
  }
}

function unwritableDirectory(directory: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(directory, `cannot keep a temporary file there: ${systemReason(error)}`, {
    cause: error,
    temporary: true,
  });
}
