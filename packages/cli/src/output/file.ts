import type { Stats } from 'node:fs';
import { chmod, link, lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { unwritable, writeFully, writeWholeFile } from '@dataset-items/temporary-file';
import { writeToPipe } from './pipe.js';

/** Where an export is written to. Checked before any work is done. */
export interface Target {
  readonly path: string;
  readonly force: boolean;
  /** Devices and pipes are written to and never replaced. */
  readonly kind: 'file' | 'pipe' | 'device';
  /** Permissions of the file that is replaced. */
  readonly mode: number | undefined;
}

/** @throws InvalidParameterError if the file exists and `force` is not given; UnwritableOutputError for a directory */
export async function findTarget(path: string, force: boolean): Promise<Target> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException): Stats | undefined => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  });
  if (there === undefined) return { path: await endOfLinks(path), force, kind: 'file', mode: undefined };
  if (there.isDirectory()) throw unwritable(path, new Error('it is a directory'));
  // Only for files, because something else, such as `/dev/stdout`, may have no real path.
  if (!there.isFile()) return { path, force, kind: there.isFIFO() ? 'pipe' : 'device', mode: undefined };
  if (!force) throw refused(path);
  return { path: await realpath(path), force, kind: 'file', mode: there.mode };
}

/** The target of a link that leads to no file. */
async function endOfLinks(path: string): Promise<string> {
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  return isLink ? endOfLinks(resolve(await realpath(dirname(path)), await readlink(path))) : path;
}

/**
 * Writes a file completely or not at all: under a temporary name beside it, which is renamed at the end. Devices and pipes are written to.
 * @param signal ends the writing into a pipe that nobody reads
 * @throws UnwritableOutputError; InvalidParameterError if the file was created meanwhile and `force` is not given; the reason of `signal`
 */
export async function writeToFile(bytes: AsyncIterable<Uint8Array>, target: Target, signal: AbortSignal): Promise<void> {
  const { path, kind } = target;
  if (kind === 'pipe') return writeToPipe(bytes, path, signal);
  if (kind === 'device') return writeInto(bytes, path);
  // The temporary name does not contain the name of the file, which may already have the maximum length.
  // Loaded on demand, as in pipe.ts: each takes 1 to 2 ms of every start.
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const partial = join(dirname(path), `.${randomBytes(6).toString('hex')}.partial`);
  await writeWholeFile(path, bytes, { partial, moveInto: () => moveInto(target, partial) });
}

async function writeInto(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const refuse = (error: Error): never => {
    throw unwritable(path, error);
  };
  const handle = await open(path, 'w').catch(refuse);
  try {
    for await (const chunk of bytes) await writeFully(handle, [chunk], null).catch(refuse);
  } finally {
    await handle.close();
  }
}

async function moveInto({ path, force, mode }: Target, partial: string): Promise<void> {
  if (mode !== undefined) await chmod(partial, mode);
  if (force) return rename(partial, path);
  await moveBeside(partial, path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? refused(path) : error;
  });
}

/** Gives the file its name with a link, which never replaces a file. On file systems without links it is renamed. */
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
  return new InvalidParameterError('output', path, 'a file that does not exist yet, or --force');
}
