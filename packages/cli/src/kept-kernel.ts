import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { isKeepingOff, keptBeside, readKept, stampOf } from './kept-file.js';

/** Machine code of all functions of the kernel's module, and V8's compiled code of `loaderSource`. Both are empty if V8 could not make them. */
export type KernelParts = readonly [code: Buffer, loader: Buffer];

/** The kernel's machine code, which is kept beside its module. */
export interface KeptKernel {
  /** @returns the module; undefined: nothing is kept that V8 takes */
  load(): object | undefined;
  /** Whether it was wanted, and none is kept for this module and this executable of Node. */
  isMissing(): boolean;
}

/** The V8 of Node 20. That of other programs, such as Electron, has another ending. */
const KNOWN_V8 = /^11\.3\.244\.\d+-node\./;

/** V8 reads names with `%` only where a flag allows them. To set a flag takes Node 2 ms, so the compiled code of this is kept too. */
export const loaderSource = '(function (code, bytes) { return %DeserializeWasmModule(code, bytes); })';

/** A custom section with the name `kept` and no content. The bytes that are compiled to be kept are the module's and these. */
export const keptSection = Uint8Array.of(0, 5, 4, ...Buffer.from('kept'));

/**
 * The kernel's machine code, if it is kept (docs/performance.md#kept-kernel). V8 compiles each function of a module twice: fast when it is called
 * first, and well when it has run for some time. Kept code saves both, and the time in which the slower code runs.
 *
 * V8 has no public interface for this in Node, but functions for its own tests, whose names begin with `%`. So it is done with one version of V8
 * only, with which the tests of this project run it; with others the kernel is compiled at each start. V8 itself refuses machine code of other
 * versions, flags and processors. It cannot tell two builds of one version apart, so the code is used only with the same executable of Node.
 * @param file the kernel's module
 */
export function keptKernel(file: string): KeptKernel {
  let isMissing = false;
  return {
    load: () => {
      const stamp = KNOWN_V8.test(process.versions.v8) && !isKeepingOff() ? kernelStamp(file) : undefined;
      if (stamp === undefined) return undefined;
      const kept = readKept<KernelParts>(keptBeside(file), 2, stamp);
      isMissing = !kept?.isFresh;
      return kept?.isFresh ? loaded(kept.parts, Buffer.concat([readFileSync(file), keptSection])) : undefined;
    },
    isMissing: () => isMissing,
  };
}

/** Changes when the module or Node's executable does. @returns undefined: one of them is not there any more */
export function kernelStamp(file: string): Buffer | undefined {
  try {
    return Buffer.concat([stampOf(file), stampOf(process.execPath)]);
  } catch {
    // To compile the module needs no executable, and says what is wrong if the module is missing.
    return undefined;
  }
}

function loaded([code, loader]: KernelParts, module: Buffer): object | undefined {
  try {
    const load = new Script(loaderSource, { cachedData: loader }).runInThisContext();
    return load(code.buffer.slice(code.byteOffset, code.byteOffset + code.length), module);
  } catch (error) {
    // If V8 rejects the loader, it reads its source, and the flag is not set.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
