import { constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type Facts, InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { unreadable } from './bytes.js';
import { type Extensions, findInBytes } from './open.js';
import type { ReadOptions } from './options.js';
import { type StoredSource, storedSource } from './source.js';
import { reverseThroughFile } from './spooled.js';

/** Items of a stream of bytes, such as standard input, told apart like those of a file. Can be read once. */
export function streamSource(stream: Readable, facts: Facts, options: ReadOptions = {}): StoredSource {
  if (options.inputFormat === 'directory') {
    throw new InvalidParameterError('inputFormat', 'directory', 'the path of a directory, not a stream');
  }
  const chunksOf = (signal: AbortSignal | undefined) => readStream(stream, facts.name, options, signal);
  return oneShotSource(facts, facts.name, chunksOf, options, { extension: '', innerExtension: '' });
}

export function oneShotSource(
  facts: Facts,
  source: string,
  chunksOf: (signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>,
  options: ReadOptions,
  extensions: Extensions,
): StoredSource {
  return storedSource(facts, (desc, signal, faults) => {
    const forwards = findInBytes({ source, chunks: chunksOf(signal), ...extensions, options, faults, signal });
    return desc ? reverseThroughFile(source, forwards, options, faults, signal) : forwards;
  });
}

/** Leaves the stream at once when the signal fires, also while it never answers. */
async function* readStream(
  stream: Readable,
  name: string,
  { onBytes }: ReadOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (stream.readableDidRead) throw new UnreadableSourceError(name, 'was read already, and can be read only once');
  const abort = (): void => void stream.destroy(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const chunk of stream) {
      const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      onBytes?.(bytes.length);
      yield bytes;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(name, error as Error);
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.destroy();
  }
}

/** A named pipe. Opened without waiting for its writer: a thread that waits for one could not be called back. */
export async function* readPipe(path: string, options: ReadOptions, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  yield* readStream(openPipe(path), path, options, signal);
}

function openPipe(path: string): Socket {
  // Loaded here: it is a sixth of what loading the library takes, and few read pipes.
  const { Socket } = process.getBuiltinModule('node:net');
  try {
    return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}
