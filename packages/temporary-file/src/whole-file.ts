import { open, rename, rm } from 'node:fs/promises';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import type { OpenFile } from './open-file.js';
import { systemReason } from './system-reason.js';

export interface WholeFileOptions {
  /** Path of the file until it is complete, in the directory of `path`. It must not exist. */
  readonly partial: string;
  /** Wait until the bytes are on the disk. Default false. */
  readonly fsync?: boolean;
  /** Gives the complete file its final name, or throws. Default: a rename, which replaces an existing file of that name. */
  readonly moveInto?: (partial: string, path: string) => Promise<void>;
}

/**
 * Writes a file completely or not at all, even if the process is killed, the chunks fail, or the disk is full.
 *
 * The libraries for this purpose do not: docs/architecture.md#decisions says what they did on a full disk.
 * @throws UnwritableOutputError, and the errors of the chunks
 */
export async function writeWholeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { partial, fsync = false, moveInto = rename }: WholeFileOptions,
): Promise<void> {
  const refuse = (error: Error): never => {
    throw 'errno' in error ? unwritable(path, error) : error;
  };
  const handle = await open(partial, 'wx').catch(refuse);
  try {
    for await (const chunk of chunks) await writeFully(handle, [chunk], null).catch(refuse);
    if (fsync) await handle.sync().catch(refuse);
    await handle.close().catch(refuse);
    await moveInto(partial, path).catch(refuse);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Writes all bytes of all parts. One call to the system may write only some of them, for example just before the disk is full.
 * @param position of the first byte in the file; `null`: the current position of the file
 * @returns the number of bytes
 */
export async function writeFully(
  handle: Pick<OpenFile, 'write' | 'writev'>,
  parts: readonly Uint8Array[],
  position: number | null,
): Promise<number> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  let done = (await handle.writev(parts, position ?? undefined)).bytesWritten;
  if (done === length) return length;
  for (const whole = Buffer.concat(parts); done < length; ) {
    done += (await handle.write(whole, done, length - done, position === null ? null : position + done)).bytesWritten;
  }
  return length;
}

/** @param path as the user gave it */
export function unwritable(path: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(path, `cannot be written: ${systemReason(error)}`, { cause: error });
}
