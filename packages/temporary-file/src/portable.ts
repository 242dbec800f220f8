import type { TemporaryFile } from './temporary-file.js';

export type { TemporaryFile } from './temporary-file.js';

/** Bytes per page of memory. */
const PAGE = 1024 * 1024;

/** For platforms without a file system, such as browsers: keeps the content of the temporary file in memory. */
export async function openTemporaryFile(): Promise<TemporaryFile> {
  const pages: Uint8Array[] = [];
  let size = 0;
  /** The bytes from a position to the end of its page. */
  const pageFrom = (position: number): Uint8Array => {
    const number = Math.floor(position / PAGE);
    pages[number] ??= new Uint8Array(PAGE);
    return pages[number].subarray(position % PAGE);
  };
  return {
    get size() {
      return size;
    },
    async append(...parts) {
      for (const part of parts) {
        for (let done = 0; done < part.length; ) {
          const page = pageFrom(size);
          const piece = part.subarray(done, done + page.length);
          page.set(piece);
          done += piece.length;
          size += piece.length;
        }
      }
    },
    async read(target, position) {
      const count = Math.max(0, Math.min(target.length, size - position));
      for (let done = 0; done < count; ) {
        const piece = pageFrom(position + done).subarray(0, count - done);
        target.set(piece, done);
        done += piece.length;
      }
      return count;
    },
    async close() {
      pages.length = 0;
      size = 0;
    },
  };
}
