import { readSync } from 'node:fs';
import { byteOrderMark, readAhead, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type OpenFile, openFile, systemReason } from '@dataset-items/temporary-file';

export const defaultChunkSize = 256 * 1024;
/** For bytes that are given back. Reading costs the main thread 0.1 ms a call, whatever the size (docs/performance.md#reading). */
export const reusedChunkSize = 1024 * 1024;
/** For blocking reads: a little less than the 1 MiB that the byte lane takes at once, so that the rest of a line before it fits too. Threads read more. */
const blockingChunkSize = 1000 * 1024;

/** Memory of chunks, which is used again when it is given back. */
export interface ChunkMemory {
  /** So many bytes of any content. */
  take(length: number): Buffer;
  /** Does nothing with bytes that are not from here. */
  giveBack(bytes: Uint8Array): void;
}

/** @param most number of chunks that are kept when they are not in use. Default: all */
export function chunkMemory(most = Number.POSITIVE_INFINITY): ChunkMemory {
  // What is not given back is not kept from the garbage collection.
  const all = new WeakMap<ArrayBufferLike, Buffer>();
  const free: Buffer[] = [];
  return {
    take: (length) => {
      const found = free.pop();
      if (found !== undefined && found.length >= length) return found.subarray(0, length);
      const made = Buffer.allocUnsafeSlow(length);
      all.set(made.buffer, made);
      return made;
    },
    giveBack: ({ buffer }) => {
      const chunk = all.get(buffer);
      if (chunk !== undefined && free.length < most && !free.includes(chunk)) free.push(chunk);
    },
  };
}

/** Bytes that can be read at any position. */
export interface RandomAccess {
  readonly size: number;
  /** Fills `target` with the bytes from `position`. @returns the number of bytes read */
  read(target: Uint8Array, position: number): Promise<number>;
}

export interface ChunkOptions {
  readonly chunkSize?: number | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Offset of the first byte to read; only for files that can be read at any position. Default: the current position of the file. */
  readonly start?: number | undefined;
  /** Number of bytes to read at most, so that bytes appended later are not read. */
  readonly size?: number | undefined;
  /** Where chunks are. Default: each in memory of its own. */
  readonly memory?: ChunkMemory | undefined;
  /** As in `Reading`. */
  readonly blocking?: boolean | undefined;
}

/** @throws UnreadableSourceError */
export async function openToRead(path: string, { blocking }: Pick<ChunkOptions, 'blocking'> = {}): Promise<OpenFile> {
  return openFile(path, 'r', { blocking }).catch((error: Error) => {
    throw unreadable(path, error);
  });
}

/** Bytes of a file, in chunks that the caller may keep, unless it gives their memory back. @throws UnreadableSourceError */
export async function* readFileChunks(path: string, options: ChunkOptions = {}): AsyncGenerator<Buffer> {
  const { memory, onBytes, signal, start, size = Number.POSITIVE_INFINITY, blocking = false } = options;
  const { chunkSize = blocking ? blockingChunkSize : memory === undefined ? defaultChunkSize : reusedChunkSize } = options;
  const file = await openToRead(path, { blocking });
  let position = start ?? null;
  let turned = process.uptime();
  try {
    for (let left = size; left > 0; ) {
      if (blocking && (process.uptime() - turned) * 1000 > TURN) {
        await new Promise((resolve) => void setImmediate(resolve));
        turned = process.uptime();
      }
      signal?.throwIfAborted();
      const length = Math.min(chunkSize, left);
      const target = memory?.take(length) ?? Buffer.allocUnsafeSlow(length);
      const bytesRead = blocking ? readNow(path, file, target, position) : await readLater(path, file, target, position);
      if (bytesRead === 0) return;
      left -= bytesRead;
      if (position !== null) position += bytesRead;
      onBytes?.(bytesRead);
      yield target.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Milliseconds of blocking reads after which other work of the thread has its turn, such as signals and timers. */
const TURN = 10;

/**
 * Reads the next chunk while one is in use. Not with blocking reads: the next chunk may be read into the memory of the one in use
 * (`readInto` of a `JsonText`).
 */
export function aheadUnlessBlocking<T>(chunks: AsyncIterable<T>, { blocking }: Pick<ChunkOptions, 'blocking'>): AsyncIterable<T> {
  return blocking ? chunks : readAhead(chunks);
}

/** @returns the number of bytes read */
function readNow(path: string, { fd }: OpenFile, target: Buffer, position: number | null): number {
  try {
    return readSync(fd, target, 0, target.length, position);
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

async function readLater(path: string, file: OpenFile, target: Buffer, position: number | null): Promise<number> {
  const { bytesRead } = await file.read(target, 0, target.length, position).catch((error: Error) => {
    throw unreadable(path, error);
  });
  return bytesRead;
}

export interface OpenRandomAccess extends RandomAccess {
  close(): Promise<void>;
}

/** @throws UnreadableSourceError */
export async function openRandomAccess(path: string, { onBytes }: ChunkOptions = {}): Promise<OpenRandomAccess> {
  const file = await openToRead(path);
  const { size } = await file.stat();
  return {
    size,
    async read(target, position) {
      const bytesRead = await readLater(path, file, asBuffer(target), position);
      onBytes?.(bytesRead);
      return bytesRead;
    },
    close: () => file.close(),
  };
}

/** Stored bytes that can be read at any position, and several times. */
export interface BytesAt {
  /** For errors. */
  readonly name: string;
  chunks(options: ChunkOptions): AsyncIterable<Buffer>;
  open(options: ChunkOptions): Promise<OpenRandomAccess>;
}

/** Those of a file. */
export function fileBytes(path: string): BytesAt {
  return {
    name: path,
    chunks: (options) => readFileChunks(path, options),
    open: (options) => openRandomAccess(path, options),
  };
}

export function unreadable(path: string, error: Error): UnreadableSourceError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new UnreadableSourceError(path, `cannot be read: ${systemReason(error)}`, { cause: error, missing });
}

const mark = Buffer.from(byteOrderMark);

/** Length of the byte order mark at the start of a text in UTF-8: 0 if there is none. */
export function markLength(bytes: Buffer): number {
  return bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0;
}

export interface Head {
  /** The first bytes, without a byte order mark: the chunks until `enough` returned true. */
  readonly bytes: Buffer;
  /** Number of bytes dropped: 3 for a byte order mark, else 0. */
  readonly dropped: number;
  /** All bytes from the start, without the byte order mark. Can be read once. */
  readonly chunks: AsyncGenerator<Buffer>;
  /** Closes the stream, whether or not `chunks` were read. */
  close(): Promise<void>;
}

/** Reads the start of a stream of chunks and keeps it; `enough` is called with the bytes without a byte order mark. */
export async function readHead(chunks: AsyncIterable<Uint8Array>, enough: (head: Buffer) => boolean): Promise<Head> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let done = false;
  try {
    while (!done && (head.length < mark.length || !enough(head.subarray(markLength(head))))) {
      const next = await iterator.next();
      if (next.done) done = true;
      else head = head.length === 0 ? asBuffer(next.value) : Buffer.concat([head, next.value]);
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
  const bytes = head.subarray(markLength(head));
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { bytes, dropped: head.length - bytes.length, chunks: resume(bytes, iterator, done), close };
}

async function* resume(head: Buffer, iterator: AsyncIterator<Uint8Array>, done: boolean): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  while (!done) {
    const next = await iterator.next();
    if (next.done) return;
    yield asBuffer(next.value);
  }
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
