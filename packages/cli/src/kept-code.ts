import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { isKeepingOff, keptBeside, readIfThere, type Stamp, stampOf, writeKept } from './kept-file.js';

/** A loaded module. */
export interface Kept<T> {
  readonly exports: T;
  /** Keeps the compiled code of all functions that have run, unless some is kept already. */
  keep(): void;
}

/**
 * Loads a CommonJS file. V8's compiled code of it is kept beside the file, for this release of Node only: to read and compile our source takes
 * half of the time of a start (docs/performance.md#start). The kept code is used only for the source that is kept with it, and V8 rejects code of
 * another V8.
 */
export function loadKept<T>(file: string): Kept<T> {
  const place = keptBeside(file);
  const stamp = stampOf(file);
  const { source, code, isFresh } = readKept(file, place, stamp);
  const { href } = pathToFileURL(file);
  const script = new Script(source.toString('latin1'), { filename: href, cachedData: code });
  const module = { exports: {} as T };
  // The build has made the file a function of these (tsup.config.ts). V8 does not keep how code from elsewhere imports modules.
  script.runInThisContext()(require, module, href, (name: string) => import(name));
  const keep = (): void => {
    if ((isFresh && !script.cachedDataRejected) || isKeepingOff()) return;
    const made = code === undefined || script.cachedDataRejected ? script.createCachedData() : code;
    writeKept(place, [made, source, stamp.bytes]);
  };
  return { exports: module.exports, keep };
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
  const kept = isKeepingOff() ? undefined : readIfThere(place);
  if (kept === undefined) return { source: readFileSync(file) };
  const end = kept.length - stamp.length;
  const isFresh = end > size && kept.subarray(end).equals(stamp);
  const source = isFresh ? kept.subarray(end - size, end) : readFileSync(file);
  // V8 copies code that does not begin at a multiple of eight bytes, so the code comes first.
  const code = kept.subarray(0, Math.max(0, end - source.length));
  return isFresh || kept.subarray(code.length, end).equals(source) ? { source, code, isFresh } : { source };
}
