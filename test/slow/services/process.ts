import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Asks a process to end, and waits until it has. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await over;
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/** So many different ports of this machine that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** @throws Error unless something listens on a port of this machine */
export async function listens(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  } finally {
    socket.destroy();
  }
}

/** The path of an installed program. @throws Error that says which package has it */
export function programPath(name: string, packages: string): string {
  try {
    const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8', env }).trim();
  } catch {
    throw new Error(`${name} is not there: install it (apt-get install ${packages}), or run .ci/services.sh`);
  }
}

/** A temporary folder of a service, the log of its processes, and their end. */
export interface ServiceFolder {
  readonly folder: string;
  /** Starts a program, whose output goes to `<name>.log` in the folder. */
  run(name: string, program: string, args: readonly string[]): ChildProcess;
  /** Ends the programs, the latest first, and removes the folder. */
  stop(): Promise<void>;
}

export function serviceFolder(name: string): ServiceFolder {
  const folder = mkdtempSync(join(tmpdir(), `dataset-items-${name}-`));
  const children: ChildProcess[] = [];
  return {
    folder,
    run: (log, program, args) => {
      const output = openSync(join(folder, `${log}.log`), 'a');
      const child = spawn(program, args, { cwd: folder, stdio: ['ignore', output, output] });
      children.push(child);
      return child;
    },
    stop: async () => {
      for (const child of children.toReversed()) await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
