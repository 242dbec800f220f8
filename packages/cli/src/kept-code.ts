import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** A loaded module. */
export interface Kept<T> {
  readonly exports: T;
  /** Keeps the compiled code of all functions that have run, unless some is kept already. */
  keep(): void;
}

/**
 * Loads a CommonJS file. V8's compiled code of it is kept beside the file, for this release of Node only: to read and compile our source takes
 * half of the time of a start (docs/performance.md#start). Whoever may write there may change the program too. The kept code is used only for the
 * source that is kept with it, and V8 rejects code of another V8. NODE_DISABLE_COMPILE_CACHE turns it off, as it does for Node's own cache.
 */
export function loadKept<T>(file: string): Kept<T> {
  const place = `${file}.${process.version}-${process.platform}-${process.arch}`;
  const stamp = stampOf(file);
  const { source, code, isFresh } = readKept(file, place, stamp);
  const { href } = pathToFileURL(file);
  const script = new Script(source.toString('latin1'), { filename: href, cachedData: code });
  const module = { exports: {} as T };
  // The build has made the file a function of these (tsup.config.ts). V8 does not keep how code from elsewhere imports modules.
  script.runInThisContext()(require, module, href, (name: string) => import(name));
  const keep = (): void => {
    if ((isFresh && !script.cachedDataRejected) || isOff()) return;
    const made = code === undefined || script.cachedDataRejected ? script.createCachedData() : code;
    write(place, Buffer.concat([made, source, stamp.bytes]));
  };
  return { exports: module.exports, keep };
}

/** Code of functions that are counted for coverage is slower. */
function isOff(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE !== undefined || NODE_V8_COVERAGE !== undefined;
}

interface Read {
  readonly source: Buffer;
  /** What is kept for this source. */
  readonly code?: Buffer;
  /** It was kept with the stamp that the file has now. */
  readonly isFresh?: boolean;
}

/** Reads the source of a file, and the code that is kept for it. A file whose stamp is the same is not read again. */
function readKept(file: string, place: string, { bytes: stamp, size }: Stamp): Read {
  const kept = isOff() ? undefined : readIfThere(place);
  if (kept === undefined) return { source: readFileSync(file) };
  const end = kept.length - stamp.length;
  const isFresh = end > size && kept.subarray(end).equals(stamp);
  const source = isFresh ? kept.subarray(end - size, end) : readFileSync(file);
  // V8 copies code that does not begin at a multiple of eight bytes, so the code comes first.
  const code = kept.subarray(0, Math.max(0, end - source.length));
  return isFresh || kept.subarray(code.length, end).equals(source) ? { source, code, isFresh } : { source };
}

function readIfThere(place: string): Buffer | undefined {
  try {
    return readFileSync(place);
  } catch {
    // Usually there is none. Whatever the reason is, the source is enough.
    return undefined;
  }
}

interface Stamp {
  readonly size: number;
  readonly bytes: Buffer;
}

/** Size, inode and times of a file. To write or replace it changes them, unless the file system keeps times by the second and the size is the same. */
function stampOf(file: string): Stamp {
  const { ctimeNs, ino, mtimeNs, size } = statSync(file, { bigint: true });
  return { size: Number(size), bytes: Buffer.from(BigInt64Array.of(size, ino, mtimeNs, ctimeNs).buffer) };
}

/** Writes a file so that nobody sees a part of it, not even after a power failure: V8 trusts the code. */
function write(place: string, bytes: Buffer): void {
  const partial = `${place}.${process.pid}`;
  try {
    writeFileSync(partial, bytes, { flush: true });
    renameSync(partial, place);
  } catch {
    // The folder cannot be written to, as often where packages are installed for all users.
    rmSync(partial, { force: true });
  }
}
