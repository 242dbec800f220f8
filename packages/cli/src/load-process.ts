import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadKept } from './kept-code.js';
import { keptKernel } from './kept-kernel.js';

/** What `export-process.ts` and `any-process.ts` export for this. */
interface WithKernel {
  readonly useCompiled: (load: () => object | undefined) => void;
  readonly compiledModule: () => object | undefined;
}

/** A file of the command. */
export interface Loaded<T> {
  readonly exports: T;
  /** Keeps its compiled code and that of the kernel. @param args what the command was called with */
  keep(args: readonly string[]): void;
}

/** Loads a file of the command, with what is kept for it and for the kernel. */
export function loadProcess<T extends WithKernel>(name: string): Loaded<T> {
  const { exports, keep } = loadKept<T>(join(__dirname, name));
  const kernel = keptKernel(join(__dirname, 'kernel.wasm'));
  exports.useCompiled(kernel.load);
  return {
    exports,
    keep: (args) => {
      keep(kindOf(args));
      kernel.keep(exports.compiledModule());
    },
  };
}

/** Bytes of a file with which an export calls functions that it does not need for less: its rows do not fit in memory. */
const LARGE = 4 * 1024 * 1024;

/** Runs of one kind call the same functions, more or less: they have the same command, flags, parameters and formats, and files as large. */
function kindOf(args: readonly string[]): string {
  const parts = args.flatMap((arg) => arg.split('&'));
  const names = parts.flatMap((part) => /^(?:-[^=]+|\w+(?==))/.exec(part) ?? []);
  const formats = parts.flatMap((part) => /(?<=^|[.=])(?:jsonl?|csv|html|xlsx|xml|rss)$/.exec(part) ?? []);
  const words = new Set([...names, ...formats].sort());
  return [args[0], ...words, ...(args.some(isLargeFile) ? ['large'] : [])].join(' ');
}

function isLargeFile(arg: string): boolean {
  try {
    return statSync(arg).size >= LARGE;
  } catch {
    // It is no file.
    return false;
  }
}
