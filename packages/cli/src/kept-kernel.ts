import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { isKeepingOff, keptBeside, readKept, stampOf } from './kept-file.js';

/** Machine code of the kernel's module. */
export interface KeptKernel {
  /** @returns the module; undefined: nothing is kept that can be used */
  load(): object | undefined;
  /** @param used the module that was used @returns what is to be kept. Undefined: nothing, or it is kept already */
  save(used: object): { readonly place: string; readonly parts: Parts; readonly stamp: Buffer } | undefined;
}

/** The version of V8 in Node 20. */
const KNOWN_V8 = /^11\.3\.244\./;
const LOAD = '(function (code, bytes) { return %DeserializeWasmModule(code, bytes); })';
const SAVE = '(function (module) { return %SerializeWasmModule(module); })';

/** A custom section with the name `kept` and no content. With it the module is another one to V8, which would not compile the same one again. */
const keptSection = Uint8Array.of(0, 5, 4, ...Buffer.from('kept'));

/**
 * Keeps the kernel's machine code beside its module. V8 compiles each function of a module twice: fast when it is called first, and well when it
 * has run for some time. Both, and the slow code until then, are an eighth of an export of 57 MB (docs/performance.md#start).
 *
 * V8 has no public interface for this in Node, but functions for its own tests, whose names begin with `%`. So it is done with one version of V8
 * only, for which the tests of this project have shown that it works; with others the kernel is compiled at each start. V8 itself refuses
 * machine code of other versions, flags and processors. The code has addresses in Node's executable, so it is used only with the same file of Node.
 */
export function keptKernel(file: string): KeptKernel {
  const isOn = KNOWN_V8.test(process.versions.v8) && !isKeepingOff();
  const place = keptBeside(file);
  let stamp: Buffer | undefined;
  let isKept = false;
  return {
    load: () => {
      stamp = isOn ? stampsOf(file) : undefined;
      const kept = stamp && readKept<Parts>(place, 2, stamp);
      isKept = kept?.isFresh ?? false;
      return kept?.isFresh ? loaded(kept.parts, moduleIn(file)) : undefined;
    },
    save: (used) => {
      if (isKept || stamp === undefined) return undefined;
      return { place, parts: saved(used.constructor as ModuleClass, moduleIn(file)), stamp };
    },
  };
}

/**
 * Machine code of all functions, and V8's compiled code of the function that loads it: V8 reads `%` names only where a flag allows them, and to
 * set a flag takes Node 2 ms.
 */
type Parts = readonly [code: Buffer, loader: Buffer];

/** The bytes that are compiled. */
function moduleIn(file: string): Buffer {
  return Buffer.concat([readFileSync(file), keptSection]);
}

/** Change when the module or Node's executable does. @returns undefined: one of them is not there any more */
function stampsOf(file: string): Buffer | undefined {
  try {
    return Buffer.concat([stampOf(file), stampOf(process.execPath)]);
  } catch {
    // To compile the module needs no executable, and says what is wrong if the module is missing.
    return undefined;
  }
}

/** @returns undefined: V8 rejects it */
function loaded([code, loader]: Parts, module: Buffer): object | undefined {
  try {
    const load = new Script(LOAD, { cachedData: loader }).runInThisContext();
    return load(code.buffer.slice(code.byteOffset, code.byteOffset + code.length), module);
  } catch (error) {
    // If V8 rejects the loader, it reads its source, and the flag is not set.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `WebAssembly.Module`, which the types of Node do not include. */
type ModuleClass = new (bytes: Uint8Array) => object;

/** Compiles all functions well, at once. */
function saved(Module: ModuleClass, module: Buffer): Parts {
  const [loader, save] = withFlags(['--allow-natives-syntax'], ['--no-allow-natives-syntax'], () => {
    return [new Script(LOAD), new Script(SAVE).runInThisContext() as (module: object) => ArrayBuffer];
  });
  // Without the fast compiler, V8 turns off the change from it to the other one too.
  const compiled = withFlags(
    ['--no-liftoff', '--no-wasm-lazy-compilation'],
    ['--liftoff', '--wasm-tier-up', '--wasm-dynamic-tiering', '--wasm-lazy-compilation'],
    () => new Module(module),
  );
  return [Buffer.from(save(compiled)), loader.createCachedData()];
}

/** V8 compares all flags when it loads code, so they must be as before when it is saved. */
function withFlags<T>(set: readonly string[], reset: readonly string[], work: () => T): T {
  for (const flag of set) setFlagsFromString(flag);
  try {
    return work();
  } finally {
    for (const flag of reset) setFlagsFromString(flag);
  }
}
