import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, type FileHandle, link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { unwritable } from './unwritable.js';

/** Where an export is to be written, looked at before any work is done. */
export interface Target {
  readonly path: string;
  readonly force: boolean;
  /** A device or a pipe: written into, never replaced. */
  readonly special: boolean;
  /** Permissions that the file had, when it is replaced. */
  readonly mode: number | undefined;
}

/** @throws InvalidParameterError where there is a file already and `force` is not given, UnwritableOutputError for a directory */
export async function findTarget(path: string, force: boolean): Promise<Target> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException): Stats | undefined => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  });
  if (there === undefined) return { path, force, special: false, mode: undefined };
  if (there.isDirectory()) throw unwritable(path, new Error('it is a directory'));
  if (there.isFile() && !force) throw refused(path);
  return { path: await realpath(path), force, special: !there.isFile(), mode: there.mode };
}

/**
 * Writes a file whole or not at all: under a temporary name beside it, renamed at the end.
 * @throws UnwritableOutputError; InvalidParameterError where a file came there meanwhile and `force` is not given
 */
export async function writeToFile(bytes: AsyncIterable<Uint8Array>, target: Target): Promise<void> {
  const { path, special } = target;
  const partial = special ? path : join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  const handle = await open(partial, special ? 'w' : 'wx').catch((error: Error) => {
    throw unwritable(path, error);
  });
  try {
    for await (const chunk of bytes) await writeFully(handle, chunk, path);
    await handle.close();
    if (!special) await moveInto(target, partial);
  } catch (error) {
    await handle.close();
    if (!special) await rm(partial, { force: true });
    throw error;
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done).catch((error: Error) => {
      throw unwritable(path, error);
    });
    done += bytesWritten;
  }
}

async function moveInto({ path, force, mode }: Target, partial: string): Promise<void> {
  try {
    if (mode !== undefined) await chmod(partial, mode);
    if (force) await rename(partial, path);
    else await moveBeside(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refused(path);
    throw unwritable(path, error as Error);
  }
}

/** Unlike a rename, a link never replaces; where a file system has no links, a rename must do. */
async function moveBeside(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return rename(partial, path);
  }
  await rm(partial);
}

function refused(path: string): InvalidParameterError {
  return new InvalidParameterError('output', path, 'a file that is not there yet, or --force');
}
