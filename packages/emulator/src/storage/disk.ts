import { type FileHandle, open } from 'node:fs/promises';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import writeFileAtomic from 'write-file-atomic';

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

/** The file has what it had, or all of this, also when the process is killed; with `fsync` also when the power fails. */
export async function replaceFile(path: string, content: string | Buffer, fsync: boolean): Promise<void> {
  await writeFileAtomic(path, content, { fsync, encoding: 'utf8' }).catch((error: Error) => {
    throw unwritable(path, error);
  });
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
