import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { commandPath } from '../command.js';

export interface Started {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface StartOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Runs the built command for as long as the test lasts, at most. */
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

/** An emulator that listens at a free port; gives its URL too. */
export async function startEmulator(
  args: readonly string[],
  options?: StartOptions,
): Promise<Started & { readonly url: string }> {
  const started = startCommand(['start', '--port', '0', ...args], options);
  const [, url = ''] = await until(started, () => started.stdout().match(/The API is at (\S+),[\s\S]*Ctrl-C ends it\.\n/));
  return { ...started, url };
}

/** What `find` finds in the end, while the command runs. */
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
