import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The emulator in its own process. */
export interface Serving {
  readonly url: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when it has ended by itself. */
  close(): Promise<void>;
  kill(): Promise<void>;
}

const served = new Set<ChildProcess>();

/** Ends processes that a failed test has left. */
export function endServed(runIds: readonly string[]): void {
  for (const child of served) child.kill('SIGKILL');
  for (const pid of markedProcesses((id) => runIds.includes(id))) process.kill(Number(pid), 'SIGKILL');
}

export async function serve(options: object): Promise<Serving> {
  const child = spawn(process.execPath, [pathOf('serve.mjs'), JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  served.add(child);
  const exit = once(child, 'exit').finally(() => served.delete(child));
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    exit.then(([code]) => Promise.reject(new Error(`it exited with ${code}`))),
  ]);
  const end = async (): Promise<void> => {
    await exit;
  };
  return {
    url: String(line).trim(),
    child,
    pid: child.pid as number,
    async close() {
      child.stdin.end();
      await end();
    },
    async kill() {
      child.kill('SIGKILL');
      await end();
    },
  };
}

/** Actors and tasks of the tests. */
export const settings = {
  actors: {
    push: { command: [process.execPath, pathOf('push.mjs')] },
    write: { command: [process.execPath, pathOf('write.mjs')], mode: 'local' },
  },
};

/** The open files of a process. Sockets have no individual names. */
export function openOf(pid: number): string[] {
  const names = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // It was the file descriptor for reading the list.
      return [];
    }
  });
  return names.map((name) => name.replace(/:\[\d+\]$/, '')).sort();
}

/** The child processes of a process. */
export function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

/** Processes with the marker of a run in their environment, whoever their parent is. */
export function markedProcesses(among: (runId: string) => boolean = () => true): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const found = /(?:^|\0)DATASET_ITEMS_RUN_ID=(\w+)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'));
      return found !== null && among(found[1] as string);
    } catch {
      return false;
    }
  });
}

/** Repeats a check until it throws nothing. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 180_000; ; await delay(50)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
