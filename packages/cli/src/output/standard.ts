import { writeSync } from 'node:fs';
import { blockingFile, unwritable, writeFully } from '@dataset-items/temporary-file';
import { leadsTo, standardOutput } from '../terminal.js';
import { writeToStream } from './stream.js';

const NAME = 'standard output';

/**
 * Writes all bytes to standard output. If it is a file (but on Windows), they do not go through Node's stream. That makes one call to the system
 * for each chunk, which may write only a part, as on a full disk: the rest would be lost without an error.
 * @throws UnwritableOutputError, the reason of `signal`
 */
export async function writeToStandardOutput(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  if (leadsTo(1) !== 'file') return writeToStream(bytes, standardOutput(), NAME, signal);
  const file = blockingFile(1);
  for await (const chunk of bytes) {
    await writeFully(file, [chunk], null).catch((error: Error) => {
      throw unwritable(NAME, error);
    });
  }
  signal.throwIfAborted();
}

/** Prints a text on standard output; into a file as `writeToStandardOutput` does. @throws UnwritableOutputError if it is a file */
export function print(text: string): void {
  if (leadsTo(1) !== 'file') {
    standardOutput().write(text);
    return;
  }
  const bytes = Buffer.from(text);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
  } catch (error) {
    throw unwritable(NAME, error as Error);
  }
}
