import { constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type Facts, InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { unreadable } from './bytes.js';
import { type Extensions, extensionsOf } from './input-names.js';
import { jsonFormat, jsonForwards } from './json-bytes.js';
import { type FaultLog, toleranceOf } from './malformed.js';
import { type OpenedBytes, openBytes, readBytes } from './open.js';
import { checkReadOptions, type ReadOptions } from './options.js';
import { inputFormatNamed } from './own-input.js';
import { type StoredOptions, type StoredSource, storedSource } from './source.js';
import { reverseThroughFile } from './spooled.js';

/**
 * Items of a stream of bytes, such as standard input. The format is detected by the bytes. Can be read once.
 * @param path whose extensions help to detect the format, if the stream has a name
 */
export function streamSource(stream: Readable, facts: Facts, given: ReadOptions = {}, path = ''): StoredSource {
  const options = checkReadOptions(given);
  const { inputFormat } = options;
  if (options.follow) throw new InvalidParameterError('follow', facts.name, 'a file; a stream is read until it ends');
  if (inputFormat !== undefined && inputFormatNamed(inputFormat, options)?.kind === 'directory') {
    throw new InvalidParameterError('inputFormat', inputFormat, 'a path for this format, not a stream');
  }
  const chunksOf = (signal: AbortSignal | undefined) => readStream(stream, facts.name, options, signal);
  return oneShotSource(facts, facts.name, chunksOf, options, extensionsOf(path), () => stream.destroy());
}

export function oneShotSource(
  facts: Facts,
  source: string,
  chunksOf: (signal: AbortSignal | undefined, faults: FaultLog) => AsyncIterable<Uint8Array>,
  options: ReadOptions,
  extensions: Extensions,
  destroy: () => void = () => {},
): StoredSource {
  /** The bytes, including the start that was read for detection, or why there are none. */
  let detected: Promise<OpenedBytes> | undefined;
  const open = (signal: AbortSignal | undefined, faults: FaultLog) =>
    openBytes({ chunks: chunksOf(signal, faults), ...extensions, options });
  const rawBatches: StoredSource['rawBatches'] = (desc, signal, faults) => {
    const input = { source, faults, options, signal };
    const forwards = readBytes(input, () => detected ?? open(signal, faults));
    return desc ? reverseThroughFile(source, forwards, options, faults, signal) : forwards;
  };
  const json: StoredOptions['json'] = async (window, signal, faults) => {
    if (window.desc) return undefined;
    detected = open(signal, faults);
    // Reading the items gives the error.
    const bytes = await detected.catch(() => undefined);
    if (bytes === undefined) return undefined;
    const format = jsonFormat(bytes.format);
    if (format === undefined) return undefined;
    const input = { source, window, options, ...toleranceOf(options, faults) };
    return jsonForwards(input, format, async () => bytes);
  };
  const close = async (): Promise<void> => {
    await detected?.then(
      (opened) => opened.close(),
      () => undefined,
    );
    destroy();
  };
  const undivided = options.follow ? `follows ${source}, which may still grow` : undefined;
  return storedSource(facts, rawBatches, { json, close, undivided });
}

/** Ends at once when the signal fires, even while the stream gives nothing. */
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

/** Bytes of a named pipe. It is opened without waiting for a writer: a thread that waits there could not be stopped. */
export async function* readPipe(path: string, options: ReadOptions, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  yield* readStream(openPipe(path), path, options, signal);
}

function openPipe(path: string): Socket {
  // Loaded on demand: it slows down loading the library, and pipes are rare.
  const { Socket } = process.getBuiltinModule('node:net');
  try {
    return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}
