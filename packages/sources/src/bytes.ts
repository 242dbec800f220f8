import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

export const defaultChunkSize = 256 * 1024;

/** Bytes that can be read at any position. */
export interface RandomAccess {
  readonly size: number;
  /** Fills `target` from `position` on; gives the number of bytes read. */
  read(target: Uint8Array, position: number): Promise<number>;
}

export interface ChunkOptions {
  readonly chunkSize?: number | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes before the first that is read; only of a file that can be read at any position. Default: where it stands. */
  readonly start?: number | undefined;
  /** Bytes after which the file counts as ended; what is written to it later is not read. */
  readonly size?: number | undefined;
}

/** @throws UnreadableSourceError */
export async function openFile(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((error: Error) => {
    throw unreadable(path, error);
  });
}

/** A file from start to end, in chunks that the reader may keep. @throws UnreadableSourceError */
export async function* readFileChunks(path: string, options: ChunkOptions = {}): AsyncGenerator<Buffer> {
  const { chunkSize = defaultChunkSize, onBytes, signal, start, size = Number.POSITIVE_INFINITY } = options;
  const handle = await openFile(path);
  let position = start ?? null;
  try {
    for (let left = size; left > 0; ) {
      signal?.throwIfAborted();
      const target = Buffer.allocUnsafeSlow(Math.min(chunkSize, left));
      const { bytesRead } = await handle.read(target, 0, target.length, position).catch((error: Error) => {
        throw unreadable(path, error);
      });
      if (bytesRead === 0) return;
      left -= bytesRead;
      if (position !== null) position += bytesRead;
      onBytes?.(bytesRead);
      yield target.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

export interface OpenRandomAccess extends RandomAccess {
  close(): Promise<void>;
}

/** @throws UnreadableSourceError */
export async function openRandomAccess(path: string, { onBytes }: ChunkOptions = {}): Promise<OpenRandomAccess> {
  const handle = await openFile(path);
  const { size } = await handle.stat();
  return {
    size,
    async read(target, position) {
      const { bytesRead } = await handle.read(target, 0, target.length, position).catch((error: Error) => {
        throw unreadable(path, error);
      });
      onBytes?.(bytesRead);
      return bytesRead;
    },
    close: () => handle.close(),
  };
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

/** Looks at the start of a stream of chunks without losing it; `enough` sees it without a byte order mark. */
export async function readHead(chunks: AsyncIterable<Uint8Array>, enough: (head: Buffer) => boolean): Promise<Head> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let done = false;
  try {
    while (!done && (head.length < byteOrderMark.length || !enough(withoutMark(head)))) {
      const next = await iterator.next();
      if (next.done) done = true;
      else head = head.length === 0 ? asBuffer(next.value) : Buffer.concat([head, next.value]);
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
  const bytes = withoutMark(head);
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { bytes, dropped: head.length - bytes.length, chunks: resume(bytes, iterator, done), close };
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).equals(byteOrderMark) ? head.subarray(3) : head;
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
