import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** Who has a lock. */
export interface Holder {
  /** No other holder ever has the same. */
  readonly nonce: string;
  readonly pid: number;
  /** When the process began, as the system tells it; where it does not, a process of the same number is taken for the same. */
  readonly started: string | undefined;
  readonly host: string;
  /** Which processes it sees: this start of the system, this name space of processes. */
  readonly world: string | undefined;
  readonly since: string;
}

export async function thisProcess(): Promise<Holder> {
  return {
    nonce: randomBytes(12).toString('hex'),
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    world: await worldOf(),
    since: new Date().toISOString(),
  };
}

/** `unseen`: its processes cannot be seen from here: another machine, another container, or before the last start of this one. */
export async function stateOf(holder: Holder, self: Holder): Promise<'alive' | 'dead' | 'unseen'> {
  if (holder.host !== self.host || holder.world !== self.world) return 'unseen';
  if (!isRunning(holder.pid)) return 'dead';
  const started = await startOf(holder.pid);
  return holder.started === undefined || started === holder.started ? 'alive' : 'dead';
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `undefined` also for a process that ended and only waits for its parent to notice. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = (await readIfThere(`/proc/${pid}/stat`)) ?? '';
    // State and start, counted behind the name of the program, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  if (process.platform === 'win32') return undefined;
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

async function worldOf(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id');
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot?.trim()} ${space}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
