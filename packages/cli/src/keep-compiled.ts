import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { useCompiled } from '@dataset-items/kernel';
import type { LoadedFile } from './kept-code.js';
import { isKeepingOff, keptBeside } from './kept-file.js';
import { type KeptKernel, keptKernel, kernelStamp } from './kept-kernel.js';
import { writeKept } from './write-kept.js';

let kernel: KeptKernel | undefined;

/** Lets the kernel use its kept machine code. @param file the kernel's module */
export function useKeptKernel(file: string): void {
  kernel = keptKernel(file);
  useCompiled(kernel.load);
}

/**
 * Keeps what V8 has compiled in this run, for the next ones: of our code, unless a run of this kind has done so, and of the kernel, unless it is
 * kept already.
 * @param file the file of the command that ran
 * @param args what the command was called with. Names of flags and parameters, and formats, are recorded
 */
export function keepCompiled(file: LoadedFile<unknown>, args: readonly string[]): void {
  const folder = dirname(file.path);
  if (isKeepingOff() || !isWritable(folder)) return;
  keepCode(file, kindOf(args));
  if (kernel?.isMissing()) keepKernel(join(folder, 'kernel.wasm'));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // Usual where packages are installed for all users.
    return false;
  }
}

/** Largest number of kinds. Later ones use the code, and add nothing. Each costs one run the time to write the code, 10 ms. */
const MOST_KINDS = 32;

/** V8 compiles a function when it is called first, so a run of another kind adds the functions that it calls. */
function keepCode({ script, source, place, stamp, kept }: LoadedFile<unknown>, kind: string): void {
  const usable = script.cachedDataRejected ? undefined : kept;
  const kinds = usable ? usable.parts[2].toString().split('\n') : [];
  const isKnown = kinds.includes(kind) || kinds.length >= MOST_KINDS;
  if (usable && isKnown && usable.isFresh) return;
  const code = usable && isKnown ? usable.parts[0] : script.createCachedData();
  writeKept({ place, parts: [code, source, Buffer.from((isKnown ? kinds : [...kinds, kind]).join('\n'))], stamp });
}

/** Bytes of a file. From this size on, rows may go to a temporary file, which takes further functions. */
const LARGE = 4 * 1024 * 1024;

/** Runs of one kind call the same functions, more or less: they have the same command, flags, parameters and formats, and files as large. */
function kindOf(args: readonly string[]): string {
  const parts = args.flatMap((arg) => arg.split('&'));
  const names = parts.flatMap((part) => /^(?:--?[a-z-]+(?==|$)|[A-Za-z]+(?==))/.exec(part) ?? []);
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

/** Milliseconds that a process may take to compile the kernel. It takes a tenth of a second. */
const LONGEST = 10_000;

/** Lets another process keep the kernel's machine code. If it cannot, it is kept that there is none. */
function keepKernel(file: string): void {
  if (isKeptByProcess(file)) return;
  const stamp = kernelStamp(file);
  if (stamp !== undefined) writeKept({ place: keptBeside(file), parts: [Buffer.alloc(0), Buffer.alloc(0)], stamp });
}

/** The process has no options of Node, so the flags of V8 are the default ones, and no debugger is attached. */
function isKeptByProcess(file: string): boolean {
  const { NODE_OPTIONS, ...env } = process.env;
  const options = { env, stdio: 'ignore', timeout: LONGEST, windowsHide: true } as const;
  try {
    return spawnSync(process.execPath, [join(dirname(file), 'keep-kernel.cjs'), file], options).status === 0;
  } catch {
    // Node's permissions allow this process to start no other one.
    return false;
  }
}
