import { blockingFile, unwritable, writeFully } from '@dataset-items/temporary-file';
import { leadsTo, standardOutput } from '../terminal.js';
import { oneChunk, writeToStream } from './stream.js';

const NAME = 'standard output';

/**
 * Writes all bytes to standard output. A file takes them without Node's stream, which would lose bytes on a full disk: it makes one call to
 * the system for each chunk, and the call may write only a part.
 * @param signal ends writing. Default: nothing does
 * @throws UnwritableOutputError, the reason of `signal`
 */
export async function writeToStandardOutput(
  bytes: AsyncIterable<Uint8Array>,
  signal = new AbortController().signal,
): Promise<void> {
  if (leadsTo(1) !== 'file') return writeToStream(bytes, standardOutput(), NAME, signal);
  const file = blockingFile(1);
  for await (const chunk of bytes) {
    await writeFully(file, [chunk], null).catch((error: Error) => {
      throw unwritable(NAME, error);
    });
  }
  signal.throwIfAborted();
}

/** Writes a text to standard output. @throws UnwritableOutputError */
export function print(text: string): Promise<void> {
  return writeToStandardOutput(oneChunk(text));
}
