import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { isKeepingOff, type KeptFile, keptBeside, readKept, stampOf } from './kept-file.js';

/** V8's compiled code of a file, the text of the file, and the kinds of runs that called the functions in it, a line each. */
export type CodeParts = readonly [code: Buffer, source: Buffer, kinds: Buffer];

/** A file of the command, and what is kept for it. */
export interface LoadedFile<T> {
  readonly path: string;
  readonly exports: T;
  readonly script: Script;
  readonly source: Buffer;
  /** Where code is kept, and with which stamp. */
  readonly place: string;
  readonly stamp: Buffer;
  /** Undefined: nothing that is of this source. */
  readonly kept: KeptFile<CodeParts> | undefined;
}

/**
 * Loads a CommonJS file. V8's compiled code of it is kept beside the file, for this release of Node only: to read and compile our source takes
 * half of the time of a start (docs/performance.md#start). The kept code is used only for the source that is kept with it, and V8 rejects code of
 * another V8. This file and what it imports are compiled at each start, so code is kept by `keep-compiled.ts`, which is in the loaded file.
 */
export function loadKept<T>(file: string): LoadedFile<T> {
  const place = keptBeside(file);
  const stamp = stampOf(file);
  // V8 copies code that does not begin at a multiple of eight bytes, so the code comes first.
  const found = isKeepingOff() ? undefined : readKept<CodeParts>(place, 3, stamp);
  // A file whose stamp is the same is not read again.
  const source = found?.isFresh ? found.parts[1] : readFileSync(file);
  const kept = found?.parts[1].equals(source) ? found : undefined;
  const script = new Script(source.toString('latin1'), { filename: file, cachedData: kept?.parts[0] });
  const module = { exports: {} as T };
  const url = {
    get href() {
      return pathToFileURL(file).href;
    },
  };
  // The build has made the file a function of these (tsup.config.ts). `import()` is an argument, because it does not work in kept code.
  script.runInThisContext()(require, module, url, (name: string) => import(name));
  return { path: file, exports: module.exports, script, source, place, stamp, kept };
}
