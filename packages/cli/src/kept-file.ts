import { readFileSync, statSync } from 'node:fs';

/**
 * What V8 made of a file is kept in a file beside it, for this release of Node only. Whoever may write there may change the program too, so what is
 * kept is trusted as the program is.
 */
export function keptBeside(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}`;
}

/** NODE_DISABLE_COMPILE_CACHE turns it off, as it does for Node's own cache. Code of functions that are counted for coverage is slower. */
export function isKeepingOff(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE !== undefined || NODE_V8_COVERAGE !== undefined;
}

/** Size, inode and times of a file. To write or replace it changes them, unless the file system keeps times by the second and the size is the same. */
export function stampOf(file: string): Buffer {
  const { ctimeMs, ino, mtimeMs, size } = statSync(file);
  return Buffer.from(Float64Array.of(size, ino, mtimeMs, ctimeMs).buffer);
}

/** Parts, the length of each in four bytes, and a stamp. */
export interface KeptFile<T extends readonly Buffer[]> {
  readonly parts: T;
  /** It has the given stamp. */
  readonly isFresh: boolean;
}

/** @returns undefined: nothing is there, or not all of it */
export function readKept<T extends readonly Buffer[]>(place: string, count: T['length'], stamp: Buffer): KeptFile<T> | undefined {
  const kept = readIfThere(place);
  const end = kept.length - stamp.length - 4 * count;
  if (end < 0) return undefined;
  let at = 0;
  const parts = Array.from({ length: count }, (_, index) => {
    const start = at;
    at += kept.readUInt32LE(end + 4 * index);
    return kept.subarray(start, at);
  });
  return at === end ? { parts: parts as readonly Buffer[] as T, isFresh: kept.subarray(-stamp.length).equals(stamp) } : undefined;
}

function readIfThere(place: string): Buffer {
  try {
    return readFileSync(place);
  } catch {
    // Usually there is none. Whatever the reason is, the file that it is made of is enough.
    return Buffer.alloc(0);
  }
}
