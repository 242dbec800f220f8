import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const commandPath = fileURLToPath(new URL('../packages/cli/dist/main.cjs', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: Buffer;
  /** SHA-256 of standard output, in hex. */
  readonly outputHash: string;
  readonly stderr: string;
  /** Peak memory of the process, in bytes. */
  readonly peakMemory: number;
}

export interface RunOptions {
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Keep only the hash of standard output. */
  readonly hash?: boolean;
}

/** Prints its own peak memory as the last line of standard error. */
const measure = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\nmaxRSS ' + process.resourceUsage().maxRSS + '\\n'))",
)}`;

/** Runs the built command to its end. */
export function runCommand(args: readonly string[], { input, cwd, env, hash = false }: RunOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, ['--import', measure, commandPath, ...args], { cwd, env: { ...process.env, ...env } });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const output = createHash('sha256');
  child.stdout.on('data', (chunk: Buffer) => {
    output.update(chunk);
    if (!hash) stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {});
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array) child.stdin.end(input);
  else void feed(input, child.stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const [text = '', memory = '0'] = Buffer.concat(stderr)
        .toString('utf8')
        .split(/\nmaxRSS (\d+)\n$/);
      resolve({
        status,
        stdout: Buffer.concat(stdout),
        outputHash: output.digest('hex'),
        stderr: text,
        peakMemory: Number(memory) * 1024,
      });
    });
  });
}

async function feed(input: AsyncIterable<Uint8Array>, stdin: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of input) {
    if (!stdin.write(chunk)) await new Promise((resolve) => stdin.once('drain', resolve));
  }
  stdin.end();
}
