import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { compiledModule, useCompiled } from '@dataset-items/kernel';
import type { LoadedFile } from './kept-code.js';
import { isKeepingOff } from './kept-file.js';
import { type KeptKernel, keptKernel } from './kept-kernel.js';

let kernel: KeptKernel | undefined;

/** Lets the kernel use its kept machine code. @param file the kernel's module */
export function useKeptKernel(file: string): void {
  kernel = keptKernel(file);
  useCompiled(kernel.load);
}

/**
 * Keeps what V8 has compiled in this run, for the next ones: of our code, unless a run of this kind has done so, and of the kernel.
 * @param args what the command was called with
 */
export function keepCompiled(file: LoadedFile<unknown>, args: readonly string[]): void {
  if (isKeepingOff()) return;
  keepCode(file, kindOf(args));
  const module = compiledModule();
  const made = module && kernel?.save(module);
  if (made) writeKept(made);
}

/** Largest number of kinds. Each costs one run the time to write the code, 10 ms. */
const MOST_KINDS = 32;

/** V8 compiles a function when it is called first, so a run of another kind adds the functions that it calls. */
function keepCode({ script, source, place, stamp, kept }: LoadedFile<unknown>, kind: string): void {
  const usable = script.cachedDataRejected ? undefined : kept;
  const kinds = usable ? usable.parts[2].toString().split('\n') : [];
  const isKnown = kinds.includes(kind) || kinds.length === MOST_KINDS;
  if (usable && isKnown && usable.isFresh) return;
  const code = usable && isKnown ? usable.parts[0] : script.createCachedData();
  writeKept({ place, parts: [code, source, Buffer.from((isKnown ? kinds : [...kinds, kind]).join('\n'))], stamp });
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

/** What is written to a kept file. */
interface Keeping {
  readonly place: string;
  readonly parts: readonly Uint8Array[];
  readonly stamp: Buffer;
}

/** Writes a kept file so that nobody sees a part of it, not even after a power failure: V8 trusts the code. */
function writeKept({ place, parts, stamp }: Keeping): void {
  const lengths = Buffer.alloc(4 * parts.length);
  for (const [index, { length }] of parts.entries()) lengths.writeUInt32LE(length, 4 * index);
  const partial = `${place}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat([...parts, lengths, stamp]), { flush: true });
    renameSync(partial, place);
  } catch {
    // The folder cannot be written to, as often where packages are installed for all users.
    rmSync(partial, { force: true });
  }
}
