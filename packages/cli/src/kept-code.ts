import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  const source = readFileSync(file);
  const place = `${file}.${process.version}-${process.platform}-${process.arch}`;
  const cachedData = codeIn(place, source);
  const { href } = pathToFileURL(file);
  const script = new Script(source.toString('latin1'), { filename: href, cachedData });
  const module = { exports: {} as T };
  // The build has made the file a function of these (tsup.config.ts). V8 does not keep how code from elsewhere imports modules.
  script.runInThisContext()(require, module, href, (name: string) => import(name));
  const keep = (): void => {
    if ((cachedData === undefined || script.cachedDataRejected) && !isOff())
      write(place, Buffer.concat([source, script.createCachedData()]));
  };
  return { exports: module.exports, keep };
}

/** Code of functions that are counted for coverage is slower. */
function isOff(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE !== undefined || NODE_V8_COVERAGE !== undefined;
}

/** @returns `undefined` if there is none for this source */
function codeIn(place: string, source: Buffer): Buffer | undefined {
  if (isOff()) return undefined;
  try {
    const kept = readFileSync(place);
    return source.equals(kept.subarray(0, source.length)) ? kept.subarray(source.length) : undefined;
  } catch {
    // Usually there is none. Whatever the reason is, the source is enough.
    return undefined;
  }
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
