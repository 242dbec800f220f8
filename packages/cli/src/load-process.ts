import { join } from 'node:path';
import { loadKept } from './kept-code.js';
import { keptKernel } from './kept-kernel.js';

/** What `export-process.ts` and `any-process.ts` export for this. */
interface WithKernel {
  readonly useCompiled: (load: () => object | undefined) => void;
  readonly compiledModule: () => object | undefined;
}

/** Loads a file of the command. Its compiled code and that of the kernel are kept beside it. */
export function loadProcess<T extends WithKernel>(name: string): { readonly exports: T; keep(): void } {
  const { exports, keep } = loadKept<T>(join(__dirname, name));
  const kernel = keptKernel(join(__dirname, 'kernel.wasm'));
  exports.useCompiled(kernel.load);
  return {
    exports,
    keep: () => {
      keep();
      kernel.keep(exports.compiledModule());
    },
  };
}
