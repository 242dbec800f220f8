import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { keptBeside } from './kept-file.js';
import { type KernelParts, keptSection, kernelStamp, loaderSource } from './kept-kernel.js';
import { writeKept } from './write-kept.js';

/** `WebAssembly.Module`, which the types of Node do not include. */
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object } };

/**
 * Keeps the machine code of the kernel. This is a process of its own, started by `keep-compiled.ts` without options of Node: V8 ends the process
 * if it cannot give the code of a module, for instance while a debugger is attached.
 */
function main(file: string): void {
  const stamp = kernelStamp(file);
  if (stamp !== undefined) writeKept({ place: keptBeside(file), parts: compiled(file), stamp });
}

/** Compiles all functions well, at once. */
function compiled(file: string): KernelParts {
  const module = Buffer.concat([readFileSync(file), keptSection]);
  const [loader, save] = withFlags(['--allow-natives-syntax'], ['--no-allow-natives-syntax'], () => {
    const saver = new Script('(function (module) { return %SerializeWasmModule(module); })');
    return [new Script(loaderSource), saver.runInThisContext() as (module: object) => ArrayBuffer];
  });
  // `--no-liftoff` turns two other flags off as well.
  const compiled = withFlags(
    ['--no-liftoff', '--no-wasm-lazy-compilation'],
    ['--liftoff', '--wasm-tier-up', '--wasm-dynamic-tiering', '--wasm-lazy-compilation'],
    () => new WebAssembly.Module(module),
  );
  return [Buffer.from(save(compiled)), loader.createCachedData()];
}

/** V8 loads code only with the flags with which it was saved, so they get their defaults again. */
function withFlags<T>(set: readonly string[], reset: readonly string[], work: () => T): T {
  for (const flag of set) setFlagsFromString(flag);
  try {
    return work();
  } finally {
    for (const flag of reset) setFlagsFromString(flag);
  }
}

main(process.argv[2] as string);
