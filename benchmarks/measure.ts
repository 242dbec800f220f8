import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './folder.js';

/** Measurements of one process. */
export interface Measured {
  /** Wall time in milliseconds, start-up included. */
  readonly wall: number;
  /** Processor time in milliseconds, of all processors, user and system, start-up included. */
  readonly cpu: number;
  /** Peak resident memory in bytes. */
  readonly peakMemory: number;
  /** Milliseconds from the start of the process until it asked for the first item, if it reported that. */
  readonly loaded?: number;
}

/** A Node script with arguments, or another program. */
export type Program =
  | { readonly kind: 'node'; readonly arguments: readonly string[] }
  | { readonly kind: 'native'; readonly command: readonly string[] };

/**
 * Loaded with `--require`. `--import` would make Node load the program as an ES module, whatever it is: 2.5 ms more for the command, which is
 * CommonJS.
 */
const reportUse = fileURLToPath(new URL('report-use.cjs', benchmarks));

/** Runs a program in a new process; standard output goes to the file `output`. */
export async function measure(program: Program, output = devNull): Promise<Measured> {
  const [command = '', ...rest] =
    program.kind === 'node'
      ? [process.execPath, '--require', reportUse, ...program.arguments]
      : ['/usr/bin/time', '-q', '-f', '%U %S %M', ...program.command];
  const stdout = openSync(output, 'w');
  const start = performance.now();
  const child = spawn(command, rest, { stdio: ['ignore', stdout, 'pipe', 'pipe'] });
  closeSync(stdout);
  let errors = '';
  let use = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    use += chunk;
  });
  const status = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`ended with ${status}: ${reason(errors)}`);
  return { wall, ...(program.kind === 'node' ? JSON.parse(lastLine(use)) : readTime(errors)) };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Reads the last line, which GNU time wrote: user seconds, system seconds, kilobytes. */
function readTime(errors: string): Omit<Measured, 'wall'> {
  const [user = 0, system = 0, kilobytes = 0] = lastLine(errors).split(' ').map(Number);
  return { cpu: (user + system) * 1000, peakMemory: kilobytes * 1024 };
}

/** The line of an error message that gives the reason, without paths of this machine. */
function reason(errors: string): string {
  const lines = errors.trim().split('\n');
  const line = lines.find((one) => /error/i.test(one)) ?? lines.at(-1) ?? '';
  return line.replace(/(?<=^|[\s'"(])(file:\/\/)?\/[^\s'")]+/g, 'FILE');
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
