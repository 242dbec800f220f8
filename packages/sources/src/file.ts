import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type Facts, readAhead, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { openFile, readFileChunks, readHead, unreadable } from './bytes.js';
import { isTelling, textForm } from './detect.js';
import { findLinesBackwards } from './formats/jsonl.js';
import { type Found, type StoredSource, storedSource } from './source.js';
import { defaultMaxDepth } from './spans.js';
import { reverseThroughFile } from './spooled.js';
import { findInText } from './text.js';

export interface ReadOptions {
  /** Levels of arrays and objects an item may have. Default 1000. */
  readonly maxDepth?: number | undefined;
  /** Where `desc` may keep a temporary file. Default: the system's directory for them. */
  readonly temporaryDirectory?: string | undefined;
}

/**
 * Items in a file: JSON Lines, a JSON array, or one JSON object.
 * @throws UnreadableSourceError
 */
export async function fileSource(path: string, options: ReadOptions = {}): Promise<StoredSource> {
  const found = await stat(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) throw new UnreadableSourceError(path, 'cannot be read: it is a directory');
  const name = basename(path).replace(/\.[^.]*$/, '') || basename(path);
  const { maxDepth = defaultMaxDepth } = options;
  const forwards = (signal?: AbortSignal) => findInText(path, readAhead(readFileChunks(path, signal)), maxDepth);
  const backwards = async function* (signal?: AbortSignal): AsyncGenerator<Found> {
    if (found.isFile() && (await isLines(path))) yield* fileBackwards(path, maxDepth, signal);
    else yield* reversed(path, forwards(signal), options, signal);
  };
  return storedSource({ id: name, name, modifiedAt: found.mtime }, (desc, signal) =>
    desc ? backwards(signal) : forwards(signal),
  );
}

/** Items of a stream of bytes, such as standard input. Can be read once. */
export function streamSource(stream: Readable, facts: Facts, options: ReadOptions = {}): StoredSource {
  const forwards = (signal?: AbortSignal) =>
    findInText(facts.name, readStream(stream, facts.name, signal), options.maxDepth ?? defaultMaxDepth);
  return storedSource(facts, (desc, signal) =>
    desc ? reversed(facts.name, forwards(signal), options, signal) : forwards(signal),
  );
}

async function* readStream(stream: Readable, name: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (stream.readableDidRead) throw new UnreadableSourceError(name, 'was read already');
  const abort = (): void => void stream.destroy(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function reversed(source: string, items: AsyncIterable<Found>, options: ReadOptions, signal?: AbortSignal): AsyncIterable<Found> {
  return reverseThroughFile(source, items, options.temporaryDirectory, signal);
}

async function isLines(path: string): Promise<boolean> {
  const head = await readHead(readFileChunks(path), isTelling);
  await head.close();
  return textForm(head.bytes) === 'lines';
}

async function* fileBackwards(path: string, maxDepth: number, signal: AbortSignal | undefined): AsyncGenerator<Found> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const read = async (target: Uint8Array, position: number): Promise<number> =>
      (await handle.read(target, 0, target.length, position)).bytesRead;
    yield* findLinesBackwards(path, { size, read }, maxDepth, signal);
  } finally {
    await handle.close();
  }
}
