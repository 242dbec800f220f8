import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { commandPath } from '../command.js';

export interface Started {
  readonly child: ChildProcess;
  /** Its output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Seconds in which a command has to end that was asked to. */
const longestEnding = 30;

/** How it ended; one that is still there 30 s later is killed: an error. */
export async function endOf({ child, ended, stderr }: Started): Promise<number | NodeJS.Signals | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), 1000 * longestEnding);
  });
  const end = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (end !== 'late') return end;
  child.kill('SIGKILL');
  throw new Error(`did not end in ${longestEnding} s: ${stderr()}`);
}

export interface StartOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Runs the built command until the end of the test at the latest. */
export function startCommand(args: readonly string[], { cwd, env }: StartOptions = {}): Started {
  const child = spawn(process.execPath, [commandPath, ...args], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
}

/** An emulator that listens on a free port, and its URL. */
export async function startEmulator(
  args: readonly string[],
  options?: StartOptions,
): Promise<Started & { readonly url: string }> {
  const started = startCommand(['start', '--port', '0', ...args], options);
  const [, url = ''] = await until(started, () => started.stdout().match(/The API is at (\S+),[\s\S]*Ctrl-C [^\n]*\n/));
  return { ...started, url };
}

/** Waits until `find` returns a result while the command runs. */
export async function until<T>({ stdout, stderr, ended }: Started, find: () => T | null | undefined): Promise<T> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const found = find();
    if (found !== null && found !== undefined) return found;
    if (isOver) throw new Error(`ended before: ${stdout()}${stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
