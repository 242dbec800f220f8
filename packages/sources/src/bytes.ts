import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

const CHUNK = 256 * 1024;

/** Bytes that can be read at any position. */
export interface RandomAccess {
  readonly size: number;
  /** Fills `target` from `position` on; gives the number of bytes read. */
  read(target: Uint8Array, position: number): Promise<number>;
}

/** @throws UnreadableSourceError */
export async function openFile(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((error: Error) => {
    throw unreadable(path, error);
  });
}

/** A file from start to end, in chunks that the reader may keep. @throws UnreadableSourceError */
export async function* readFileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await openFile(path);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await readChunk(path, handle);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function readChunk(path: string, handle: FileHandle): Promise<{ bytesRead: number; buffer: Buffer }> {
  return handle.read(Buffer.allocUnsafeSlow(CHUNK), 0, CHUNK, null).catch((error: Error) => {
    throw unreadable(path, error);
  });
}

export function unreadable(path: string, error: Error): UnreadableSourceError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new UnreadableSourceError(path, `cannot be read: ${systemReason(error)}`, { cause: error, missing });
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

export interface Head {
  /** The first bytes, without a byte order mark; at most what came until `enough` said so. */
  readonly bytes: Buffer;
  /** 3 where a byte order mark was dropped. */
  readonly dropped: number;
  /** Everything, from the start, without the byte order mark. For one walk. */
  readonly chunks: AsyncGenerator<Buffer>;
  /** Leaves the stream, whether or not `chunks` were walked. */
  close(): Promise<void>;
}

/** Looks at the start of a stream of chunks without losing it. */
export async function readHead(chunks: AsyncIterable<Uint8Array>, enough: (head: Buffer) => boolean): Promise<Head> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let done = false;
  try {
    while (!done && (head.length < byteOrderMark.length || !enough(head))) {
      const next = await iterator.next();
      if (next.done) done = true;
      else head = head.length === 0 ? asBuffer(next.value) : Buffer.concat([head, next.value]);
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
  const dropped = head.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const bytes = head.subarray(dropped);
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { bytes, dropped, chunks: resume(bytes, iterator, done), close };
}

async function* resume(head: Buffer, iterator: AsyncIterator<Uint8Array>, done: boolean): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  while (!done) {
    const next = await iterator.next();
    if (next.done) return;
    yield asBuffer(next.value);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
