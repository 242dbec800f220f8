import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { InvalidParameterError, UnwritableOutputError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

/** Writes everything to a stream, no faster than it takes it. A reader that goes away ends it quietly. */
export async function writeToStream(bytes: AsyncIterable<Uint8Array>, stream: Writable, name: string): Promise<void> {
  let failure: NodeJS.ErrnoException | undefined;
  const note = (error: Error): void => {
    failure = error;
  };
  stream.on('error', note);
  for await (const chunk of bytes) {
    if (!stream.write(chunk) && failure === undefined) await once(stream, 'drain').catch(note);
    if (failure !== undefined) break;
  }
  if (failure === undefined) await flush(stream).catch(note);
  if (failure !== undefined && failure.code !== 'EPIPE') throw unwritable(name, failure);
}

function flush(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write('', (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Writes a file whole or not at all: under a temporary name beside it, renamed at the end.
 * @throws UnwritableOutputError; InvalidParameterError where the file is there already and `force` is not given
 */
export async function writeToFile(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  const handle = await open(partial, 'wx').catch((error: Error) => {
    throw unwritable(path, error);
  });
  try {
    for await (const chunk of bytes) {
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, done).catch((error: Error) => {
          throw unwritable(path, error);
        });
        done += bytesWritten;
      }
    }
    await handle.close();
    await rename(partial, path).catch((error: Error) => {
      throw unwritable(path, error);
    });
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/** @throws InvalidParameterError where there is something under that name */
export async function refuseToOverwrite(path: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw new InvalidParameterError('output', path, 'a file that is not there yet, or --force');
}

function unwritable(name: string, error: Error): UnwritableOutputError {
  return new UnwritableOutputError(name, `cannot be written: ${systemReason(error)}`, { cause: error });
}
