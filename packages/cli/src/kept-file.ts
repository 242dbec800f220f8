import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Where something is kept that V8 made of a file: beside it, for this release of Node only. Whoever may write there may change the program too. */
export function keptBeside(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}`;
}

/** NODE_DISABLE_COMPILE_CACHE turns it off, as it does for Node's own cache. Code of functions that are counted for coverage is slower. */
export function isKeepingOff(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE !== undefined || NODE_V8_COVERAGE !== undefined;
}

export function readIfThere(place: string): Buffer | undefined {
  try {
    return readFileSync(place);
  } catch {
    // Usually there is none. Whatever the reason is, the file that it is made of is enough.
    return undefined;
  }
}

export interface Stamp {
  readonly size: number;
  readonly bytes: Buffer;
}

/** Size, inode and times of a file. To write or replace it changes them, unless the file system keeps times by the second and the size is the same. */
export function stampOf(file: string): Stamp {
  const { ctimeNs, ino, mtimeNs, size } = statSync(file, { bigint: true });
  return { size: Number(size), bytes: Buffer.from(BigInt64Array.of(size, ino, mtimeNs, ctimeNs).buffer) };
}

/** Writes a file so that nobody sees a part of it, not even after a power failure: V8 trusts the code. */
export function writeKept(place: string, parts: readonly Uint8Array[]): void {
  const partial = `${place}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat(parts), { flush: true });
    renameSync(partial, place);
  } catch {
    // The folder cannot be written to, as often where packages are installed for all users.
    rmSync(partial, { force: true });
  }
}
