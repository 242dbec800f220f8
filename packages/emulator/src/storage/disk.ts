import { randomInt } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Item, isItem } from '@dataset-items/query-pipeline';
import { unwritable, writeFully, writeWholeFile } from '@dataset-items/temporary-file';

export { unwritable, writeFully };

/**
 * Replaces the content of a file. It has either its new or its old content, even if the process is killed or the disk is full. With `fsync`
 * this also holds after a power failure.
 * @throws UnwritableOutputError
 */
export async function replaceFile(path: string, content: string | Uint8Array, fsync: boolean): Promise<void> {
  await writeWholeFile(path, [typeof content === 'string' ? Buffer.from(content) : content], {
    partial: `${path}.${randomInt(1e11, 2e11)}`,
    fsync,
  });
}

/** Removes the files that `replaceFile` leaves behind when the process is killed meanwhile. */
export async function removeHalfWritten(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) if (/\.[0-9]{12}$/.test(name)) await rm(join(directory, name), { force: true });
}

/**
 * Makes a directory, and those above it, unless they exist. `mkdir` of Node with `recursive` does not serve: it never ends where the system
 * takes no directory, as in `/proc`, and names wrong reasons on a file system that is read-only.
 * @throws Error of the system
 */
export async function makeDirectory(path: string): Promise<void> {
  await makeOne(path, false);
}

/** @param isAgain the directory above it was there a moment ago */
async function makeOne(path: string, isAgain: boolean): Promise<void> {
  const failed = await mkdir(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (failed === undefined || (await isDirectory(path))) return;
  const above = dirname(path);
  if (failed.code !== 'ENOENT' || above === path) throw failed;
  // At the first failure, another caller may have made the one above since then.
  if (isAgain && (await isDirectory(above))) throw new Error(`no directory can be made in ${above}`, { cause: failed });
  await makeOne(above, false);
  await makeOne(path, true);
}

/** @throws UnwritableOutputError */
export async function makeStorageDirectory(path: string): Promise<void> {
  await makeDirectory(path).catch((error: Error) => {
    throw unwritable(path, error);
  });
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Makes the names of files in a directory survive a power failure, if the platform supports it. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The JSON object in a file. `undefined` when the file does not exist or is incomplete, or holds something else. */
export async function readObject(path: string): Promise<Item | undefined> {
  const text = await readFile(path, 'utf8').catch(missingPathIsUndefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isItem(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function missingIsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

/** Also where a part of the path is no directory. */
export function missingPathIsUndefined(error: NodeJS.ErrnoException): undefined {
  return error.code === 'ENOTDIR' ? undefined : missingIsUndefined(error);
}
