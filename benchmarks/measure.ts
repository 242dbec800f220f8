import { spawn } from 'node:child_process';

export interface Measured {
  /** Wall time of the whole process, start-up included. */
  readonly milliseconds: number;
  /** Peak resident memory in bytes. */
  readonly peakMemory: number;
  /** Bytes on standard output. */
  readonly bytes: number;
}

/** Prints a Node process' peak memory, in kilobytes, as the last line of standard error. */
const reportMemory = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\nmaxRSS ' + process.resourceUsage().maxRSS + '\\n'))",
)}`;

/** Runs a Node script in a fresh process; its output is read and counted. */
export function measure(script: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', reportMemory, ...script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let bytes = 0;
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const milliseconds = performance.now() - start;
      if (status !== 0) return reject(new Error(`${script.join(' ')} ended with ${status}: ${errors}`));
      resolve({ milliseconds, bytes, peakMemory: Number(/maxRSS (\d+)/.exec(errors)?.[1]) * 1024 });
    });
  });
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
