import { randomInt } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

/** Writes all bytes from `position` on. */
export async function writeFully(handle: FileHandle, parts: readonly Uint8Array[], position: number): Promise<void> {
  let at = position;
  for (const part of parts) {
    for (let done = 0; done < part.length; ) {
      const { bytesWritten } = await handle.write(part, done, part.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

/**
 * The file has what it had, or all of this, also when the process is killed or the disk is full; with `fsync` also when the power fails.
 * @throws UnwritableOutputError
 */
export async function replaceFile(path: string, content: string | Buffer, fsync: boolean): Promise<void> {
  const written = `${path}.${randomInt(1e11, 2e11)}`;
  try {
    await writeNew(written, Buffer.from(content), fsync);
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw unwritable(path, error as Error);
  }
}

/** Removes what `replaceFile` leaves where it is cut short by a kill. */
export async function removeHalfWritten(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) if (/\.[0-9]{12}$/.test(name)) await rm(join(directory, name), { force: true });
}

async function writeNew(path: string, content: Buffer, fsync: boolean): Promise<void> {
  const handle = await open(path, 'wx', 0o666);
  try {
    // One write may take less than all of it: on a full disk it does, and does not fail.
    await writeFully(handle, [content], 0);
    if (fsync) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names of files in a directory outlast a power failure, where the platform can. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function unwritable(path: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(path, `cannot be written: ${systemReason(error)}`, { cause: error });
}
