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
  const stamp = stampOf(file);
  const place = `${file}.${process.version}-${process.platform}-${process.arch}`;
  const { source, code } = readKept(file, place, stamp);
  const { href } = pathToFileURL(file);
  const script = new Script(source.toString('latin1'), { filename: href, cachedData: code });
  const module = { exports: {} as T };
  // The build has made the file a function of these (tsup.config.ts). V8 does not keep how code from elsewhere imports modules.
  script.runInThisContext()(require, module, href, (name: string) => import(name));
  const keep = (): void => {
    if ((code === undefined || script.cachedDataRejected) && !isOff())
      write(place, Buffer.concat([script.createCachedData(), source, stamp]));
  };
  return { exports: module.exports, keep };
}

/** Code of functions that are counted for coverage is slower. */
function isOff(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE !== undefined || NODE_V8_COVERAGE !== undefined;
}

/** The source of a file, and the code that is kept for this source. A file whose stamp is the same is not read again. */
function readKept(file: string, place: string, stamp: Buffer): { readonly source: Buffer; readonly code?: Buffer } {
  const kept = isOff() ? undefined : readIfThere(place);
  if (kept === undefined) return { source: readFileSync(file) };
  const isSame = kept.length > stamp.length + sizeIn(stamp) && kept.subarray(-stamp.length).equals(stamp);
  const source = isSame ? kept.subarray(-stamp.length - sizeIn(stamp), -stamp.length) : readFileSync(file);
  // V8 copies code that does not begin at a multiple of eight bytes, so the code comes first.
  const code = kept.subarray(0, -stamp.length - source.length);
  const isFor = isSame || kept.subarray(code.length, -stamp.length).equals(source);
  return isFor ? { source, code } : { source };
}

function readIfThere(place: string): Buffer | undefined {
  try {
    return readFileSync(place);
  } catch {
    // Usually there is none. Whatever the reason is, the source is enough.
    return undefined;
  }
}

/** 32 bytes that change whenever a file is written or replaced. The first eight are its size. */
function stampOf(file: string): Buffer {
  const { ctimeNs, ino, mtimeNs, size } = statSync(file, { bigint: true });
  return Buffer.from(BigInt64Array.of(size, ino, mtimeNs, ctimeNs).buffer);
}

function sizeIn(stamp: Buffer): number {
  return Number(stamp.readBigInt64LE());
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
