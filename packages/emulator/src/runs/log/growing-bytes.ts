import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are only ever added to, and can be read meanwhile. */
export interface GrowingBytes {
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Some bytes from a position below `size` on. */
  read(position: number): Promise<Uint8Array>;
  /** Nothing is added afterwards; reading goes on. */
  close(): Promise<void>;
}

/** Bytes read at once. */
const chunkSize = 65_536;

export function bytesInMemory(): GrowingBytes {
  const chunks: { readonly start: number; readonly chunk: Uint8Array }[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    async append(chunk) {
      chunks.push({ start: size, chunk });
      size += chunk.length;
    },
    async read(position) {
      const found = chunks.findLast(({ start }) => start <= position);
      return found === undefined ? new Uint8Array() : found.chunk.subarray(position - found.start);
    },
    async close() {},
  };
}

/** Made when the first byte comes. A file that is there already is added to, where `size` tells how much of it counts. */
export function bytesInFile(path: string, size = 0): GrowingBytes {
  let file: FileHandle | undefined;
  let end = size;
  return {
    get size() {
      return end;
    },
    async append(bytes) {
      file ??= await open(path, 'a', 0o600);
      await file.appendFile(bytes);
      end += bytes.length;
    },
    async read(position) {
      const reader = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await reader.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, position);
        return buffer.subarray(0, Math.min(bytesRead, end - position));
      } finally {
        await reader.close();
      }
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}
