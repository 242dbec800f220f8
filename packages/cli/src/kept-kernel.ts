import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { isKeepingOff, keptBeside, readIfThere, stampOf, writeKept } from './kept-file.js';

/** Machine code of the kernel's module. */
export interface KeptKernel {
  /** @returns the module; undefined: nothing is kept that can be used */
  load(): object | undefined;
  /** Keeps the machine code of all functions, unless some is kept already. @param used the module that was used. Undefined: nothing is kept */
  keep(used: object | undefined): void;
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
  let isKept = false;
  return {
    load: () => {
      const kept = isOn ? readIfThere(place) : undefined;
      const code = kept && codeIn(kept, stampsOf(file));
      isKept = code !== undefined;
      return code && loaded(code, moduleIn(file));
    },
    keep: (used) => {
      if (!isOn || isKept || used === undefined) return;
      writeKept(place, [...saved(used.constructor as ModuleClass, moduleIn(file)), stampsOf(file)]);
    },
  };
}

function moduleIn(file: string): Buffer {
  return Buffer.concat([readFileSync(file), keptSection]);
}

/** Change when the module or Node's executable does. */
function stampsOf(file: string): Buffer {
  return Buffer.concat([stampOf(file).bytes, stampOf(process.execPath).bytes]);
}

interface Code {
  /** Of all functions of the module. */
  readonly code: ArrayBufferLike;
  /** Of the function that loads it: V8 reads `%` names only where a flag allows them, and to set flags takes Node 2 ms. */
  readonly loader: Buffer;
}

/** The bytes of `loader`, `code`, the length of `loader` in four bytes, and the stamps. */
function codeIn(kept: Buffer, stamps: Buffer): Code | undefined {
  const end = kept.length - stamps.length - 4;
  if (end < 0 || !kept.subarray(end + 4).equals(stamps)) return undefined;
  const length = kept.readUInt32LE(end);
  return { loader: kept.subarray(0, length), code: kept.buffer.slice(kept.byteOffset + length, kept.byteOffset + end) };
}

/** @returns undefined: V8 rejects it */
function loaded({ code, loader }: Code, module: Buffer): object | undefined {
  try {
    return new Script(LOAD, { cachedData: loader }).runInThisContext()(code, module);
  } catch (error) {
    // If V8 rejects the loader, it reads its source, and the flag is not set.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `WebAssembly.Module`, which the types of Node do not include. */
type ModuleClass = new (bytes: Uint8Array) => object;

/** Compiles all functions well, at once. @returns the parts of `codeIn` before the stamps */
function saved(Module: ModuleClass, module: Buffer): Uint8Array[] {
  const [loader, save] = withFlags(['--allow-natives-syntax'], ['--no-allow-natives-syntax'], () => {
    return [new Script(LOAD), new Script(SAVE).runInThisContext() as (module: object) => ArrayBuffer];
  });
  // Without the fast compiler, V8 turns off the change from it to the other one too.
  const compiled = withFlags(
    ['--no-liftoff', '--no-wasm-lazy-compilation'],
    ['--liftoff', '--wasm-tier-up', '--wasm-dynamic-tiering', '--wasm-lazy-compilation'],
    () => new Module(module),
  );
  const code = loader.createCachedData();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(code.length);
  return [code, new Uint8Array(save(compiled)), length];
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
