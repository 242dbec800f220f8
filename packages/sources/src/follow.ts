import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenFile } from '@dataset-items/temporary-file';
import { defaultChunkSize, markLength, openToRead, unreadable } from './bytes.js';
import type { Reading } from './reading.js';

/** Milliseconds between two checks whether a file has grown. */
const BETWEEN_CHECKS = 50;
const LINE_FEED = 0x0a;

export interface FollowOptions extends Pick<Reading, 'chunkSize' | 'onBytes' | 'until'> {
  readonly signal: AbortSignal | undefined;
  /** Whether the last line of a file is JSON as the reader takes it. */
  readonly isWhole: (line: Buffer) => boolean;
  /** Called when the last line of a file is left out: it has no line feed and is not JSON. */
  readonly onCutLine: () => void;
}

/**
 * The lines of a file as it grows, until `until` fires. If another file takes its name, as when logs are rotated, the old file is read to
 * its end and then the new one. If the file becomes shorter, it is read from its start. A line is given when its line feed has come. A last
 * line without a line feed is given at the end of the file if it is JSON. `signal` ends the walk with an error, `until` without one.
 * @throws UnreadableSourceError
 */
export async function* followFile(
  path: string,
  { isWhole, onCutLine, until, signal, ...options }: FollowOptions,
): AsyncGenerator<Buffer> {
  let handle = await openToRead(path);
  // One for the whole walk: Node keeps some bytes for each combined signal as long as a signal that it was made of.
  const ends = AbortSignal.any([signal, until].filter((one) => one !== undefined));
  let position = 0;
  /** The bytes of a line whose line feed has not come. */
  let rest: Buffer[] = [];
  /** Gives the last line if it is JSON, and goes back to the start. */
  const endOfFile = function* (): Generator<Buffer> {
    const line = Buffer.concat(rest);
    rest = [];
    position = 0;
    if (line.length === 0) return;
    if (isWhole(line)) yield Buffer.concat([line, Buffer.of(LINE_FEED)]);
    else onCutLine();
  };
  try {
    for (let readAgain = false; ; ) {
      signal?.throwIfAborted();
      const chunk = await readChunk(handle, position, path, options);
      if (chunk.length > 0) {
        // Every file that is read from its start may have a byte order mark.
        const bytes = position === 0 ? chunk.subarray(markLength(chunk)) : chunk;
        position += chunk.length;
        const end = bytes.lastIndexOf(LINE_FEED) + 1;
        if (end > 0) {
          const lines = Buffer.concat([...rest, bytes.subarray(0, end)]);
          rest = [];
          yield lines;
        }
        if (end < bytes.length) rest.push(bytes.subarray(end));
        continue;
      }
      if (until?.aborted) return yield* endOfFile();
      const change = await changeOf(handle, path, position);
      // Something may have been written to the old file between the last read and its replacement, so it is read once more.
      if (change === 'replaced' && !readAgain) readAgain = true;
      else if (change === undefined) await delay(BETWEEN_CHECKS, undefined, { signal: ends }).catch(() => undefined);
      else {
        yield* endOfFile();
        readAgain = false;
        if (change === 'replaced') {
          await handle.close();
          handle = await openToRead(path);
        }
      }
    }
  } finally {
    await handle.close();
  }
}

async function readChunk(
  handle: OpenFile,
  position: number,
  path: string,
  { chunkSize = defaultChunkSize, onBytes }: Pick<FollowOptions, 'chunkSize' | 'onBytes'>,
): Promise<Buffer> {
  const target = Buffer.allocUnsafeSlow(chunkSize);
  const { bytesRead } = await handle.read(target, 0, chunkSize, position).catch((error: Error) => {
    throw unreadable(path, error);
  });
  onBytes?.(bytesRead);
  return target.subarray(0, bytesRead);
}

/** What has happened to a file that was read up to `position`. If its name leads to no file, one may still come: that is no change. */
async function changeOf(handle: OpenFile, path: string, position: number): Promise<'replaced' | 'shorter' | undefined> {
  const [own, named] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  if (named !== undefined && (named.ino !== own.ino || named.dev !== own.dev)) return 'replaced';
  return own.size < position ? 'shorter' : undefined;
}
