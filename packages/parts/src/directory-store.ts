import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { chunkMemory, readFileChunks } from '@dataset-items/sources';
import { unwritable, writeWholeFile } from '@dataset-items/temporary-file';
import type { PartStore, Piece, Stored } from './store.js';

/**
 * A directory as a store, which processes of one machine share, or machines that mount it. It is created when it is first written to.
 * The file system must rename files atomically. A process that was killed can leave a file whose name ends with `.partial`, which is listed too.
 */
export function directoryStore(root: string): PartStore {
  const pathOf = (name: string): string => join(root, checked(name));
  const write = async (name: string, chunks: AsyncIterable<Uint8Array>): Promise<number> => {
    const path = pathOf(name);
    await mkdir(dirname(path), { recursive: true }).catch((error: Error) => {
      throw unwritable(path, error);
    });
    const written = { bytes: 0 };
    // Another process may write the same file at the same time. Both write the same bytes, and each a file of its own.
    const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
    await writeWholeFile(path, counted(chunks, written), { partial });
    return written.bytes;
  };
  const get: PartStore['get'] = (name, [from, to] = [0, Number.POSITIVE_INFINITY]) =>
    readFileChunks(pathOf(name), { start: from, size: to - from });
  return {
    put: write,
    get,
    size: (name) =>
      stat(pathOf(name)).then(
        ({ size }) => size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        },
      ),
    list: (prefix) => namesIn(root, prefix),
    remove: async (name) => {
      await rm(pathOf(name), { force: true });
      await removeEmpty(root, dirname(checked(name)));
    },
    join: (name, pieces, { signal }) => write(name, bytesOf(pieces, pathOf, signal)),
  };
}

/** Names are made by this package. This check keeps any other out of the rest of the disk. @throws InvalidParameterError */
function checked(name: string): string {
  if (name.split('/').every((segment) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(segment))) return name;
  throw new InvalidParameterError('name', name, 'segments of letters, digits, _, - and dots');
}

/** The bytes of the pieces. The memory of a chunk is used again when the next one is requested. */
async function* bytesOf(
  pieces: readonly Piece[],
  pathOf: (name: string) => string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const memory = chunkMemory();
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else {
      const { name, from, to } = piece;
      for await (const chunk of readFileChunks(pathOf(name), { start: from, size: to - from, signal, memory })) {
        yield chunk;
        memory.giveBack(chunk);
      }
    }
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, written: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    written.bytes += chunk.length;
    yield chunk;
  }
}

async function* namesIn(root: string, prefix: string): AsyncGenerator<Stored> {
  const folder = prefix.replace(/\/$/, '');
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* namesIn(root, `${name}/`);
    else {
      const stats = await stat(join(root, name)).catch(() => undefined);
      // Another process may have removed it meanwhile.
      if (stats !== undefined) yield { name, modifiedAt: stats.mtime };
    }
  }
}

/** Removes folders that have become empty. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let empty = folder; empty !== '.'; empty = dirname(empty)) {
    const isRemoved = await rmdir(join(root, empty)).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}
