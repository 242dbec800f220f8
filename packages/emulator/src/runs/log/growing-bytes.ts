import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../../storage/disk.js';

/** Bytes to which bytes are appended, and which can be read at the same time. */
export interface GrowingBytes {
  /** Current number of bytes. It becomes smaller if another program truncates the file. */
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Some bytes from a position below `size`. No bytes: the file was truncated, and `size` is now at most `position`. */
  read(position: number): Promise<Uint8Array>;
  /** Nothing is appended afterwards. Reading is still possible. */
  close(): Promise<void>;
}

/** Bytes per read. */
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

/** Bytes in a file, which is created with the first byte. Bytes are appended to an existing file after its first `size` bytes. */
export function bytesInFile(path: string, size = 0): GrowingBytes {
  let file: FileHandle | undefined;
  let end = size;
  return {
    get size() {
      return end;
    },
    async append(bytes) {
      if (file === undefined) await makeDirectory(dirname(path));
      file ??= await open(path, 'a', 0o600);
      const { size: before } = await file.stat();
      await file.appendFile(bytes);
      end = Math.min(before, end) + bytes.length;
    },
    async read(position) {
      const reader = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await reader.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, position);
        if (bytesRead === 0) end = Math.min(end, position, (await reader.stat()).size);
        return buffer.subarray(0, Math.max(0, Math.min(bytesRead, end - position)));
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
