import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { isKeepingOff, keptBeside, readKept, stampOf, writeKept } from './kept-file.js';

/** A loaded module. */
export interface Kept<T> {
  readonly exports: T;
  /** Keeps the compiled code of all functions that have run, unless a run of this kind has kept its own already. */
  keep(kind: string): void;
}

/** Largest number of kinds. Each costs one run the time to write the code, 10 ms. */
const MOST_KINDS = 32;

/**
 * Loads a CommonJS file. V8's compiled code of it is kept beside the file, for this release of Node only: to read and compile our source takes
 * half of the time of a start (docs/performance.md#start). V8 compiles a function when it is called first, so a run of another kind adds the
 * functions that it calls. The kept code is used only for the source that is kept with it, and V8 rejects code of another V8.
 */
export function loadKept<T>(file: string): Kept<T> {
  const place = keptBeside(file);
  const stamp = stampOf(file);
  // V8 copies code that does not begin at a multiple of eight bytes, so the code comes first.
  const kept = isKeepingOff() ? undefined : readKept<[code: Buffer, source: Buffer, kinds: Buffer]>(place, 3, stamp);
  // A file whose stamp is the same is not read again.
  const source = kept?.isFresh ? kept.parts[1] : readFileSync(file);
  const [code, , kinds] = kept?.parts[1].equals(source) ? kept.parts : [];
  const { href } = pathToFileURL(file);
  const script = new Script(source.toString('latin1'), { filename: href, cachedData: code });
  const module = { exports: {} as T };
  // The build has made the file a function of these (tsup.config.ts). V8 does not keep how code from elsewhere imports modules.
  script.runInThisContext()(require, module, href, (name: string) => import(name));
  const known = kinds && !script.cachedDataRejected ? kinds.toString().split('\n') : [];
  const keep = (kind: string): void => {
    const isKnown = known.includes(kind) || known.length === MOST_KINDS;
    if ((isKnown && kept?.isFresh) || isKeepingOff()) return;
    const made = isKnown && code ? code : script.createCachedData();
    writeKept(place, [made, source, Buffer.from((isKnown ? known : [...known, kind]).join('\n'))], stamp);
  };
  return { exports: module.exports, keep };
}
