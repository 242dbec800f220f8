import { constants, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';

/** A file that only this process can read and that never outlives it. */
export interface TemporaryFile {
  /** Bytes written so far. */
  readonly size: number;
  /** @throws UnwritableOutputError where the disk is full or the directory is not writable */
  append(...parts: readonly Uint8Array[]): Promise<void>;
  /** Fills `target` from `position` on; gives the number of bytes read. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens an empty temporary file, mode 0600, in `directory` (default: the system's).
 * @throws UnwritableOutputError
 */
export async function openTemporaryFile(directory: string = tmpdir()): Promise<TemporaryFile> {
  const { handle, forget } = (await openUnnamed(directory)) ?? (await openNamed(directory));
  let size = 0;
  let closed: Promise<void> | undefined;
  return {
    get size() {
      return size;
    },
    async append(...parts) {
      size += await writeFully(handle, parts, size).catch((error: Error) => {
        throw unwritable(directory, error);
      });
    },
    async read(target, position) {
      return (await handle.read(target, 0, target.length, position)).bytesRead;
    },
    close: () => {
      closed ??= handle.close().finally(forget);
      return closed;
    },
  };
}

interface Opened {
  readonly handle: FileHandle;
  /** Called when the file is closed. */
  readonly forget: () => Promise<void>;
}

/** Linux' flag, which Node does not name: a file that never has a name, so that nothing is left also by a kill. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** `undefined` where the platform or the file system has no files without a name. */
async function openUnnamed(directory: string): Promise<Opened | undefined> {
  if (process.platform !== 'linux') return undefined;
  const handle = await open(directory, O_TMPFILE | constants.O_RDWR | constants.O_EXCL, 0o600).catch(() => undefined);
  return handle && { handle, forget: async () => {} };
}

async function openNamed(directory: string): Promise<Opened> {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const path = join(directory, `dataset-items-${randomBytes(9).toString('base64url')}.tmp`);
  const handle = await open(path, 'wx+', 0o600).catch((error: Error) => {
    throw unwritable(directory, error);
  });
  return { handle, forget: await unlinkNow(path) };
}

/** Gives the number of bytes. */
async function writeFully(handle: FileHandle, parts: readonly Uint8Array[], position: number): Promise<number> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  let done = (await handle.writev(parts, position)).bytesWritten;
  if (done === length) return length;
  for (const whole = Buffer.concat(parts); done < length; ) {
    done += (await handle.write(whole, done, length - done, position + done)).bytesWritten;
  }
  return length;
}

/** Unlinks an open file where the platform allows; else removes it when it is closed or the process ends. */
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

function unwritable(directory: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(directory, `cannot keep a temporary file there: ${systemReason(error)}`, { cause: error });
}

/** What the system says of a failed call: "no space left on device". */
export function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno !== undefined && getSystemErrorMap().get(errno)?.[1]) || message;
}
