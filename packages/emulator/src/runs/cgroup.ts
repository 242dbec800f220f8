import { accessSync, constants, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A program and its arguments. */
export type Words = readonly [string, ...string[]];

/**
 * The control group of a run's processes. A process that is started in it stays in it, whatever it does to its environment, session and
 * parent. It works on Linux only, and only if the group of this process has version 2 and is writable; otherwise it has no members.
 */
export interface ControlGroup {
  /** Ids of the processes in it. */
  members(): number[];
  /** Removes it. @returns whether it no longer exists. It still exists while its last process is ending */
  remove(): boolean;
}

/** The group of a run, whether this process or an earlier one created it. */
export function groupOf(runId: string): ControlGroup {
  const path = pathOf(runId);
  return {
    members: () => (path === undefined ? [] : read(join(path, 'cgroup.procs')).split('\n').map(Number).filter(Boolean)),
    remove() {
      try {
        if (path !== undefined) rmdirSync(path);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'EBUSY';
      }
    },
  };
}

/** The command that runs a program in the control group of a run from the start. If there can be no group, the command is unchanged. */
export function inGroupOf(runId: string, words: Words, folder: string, env: NodeJS.ProcessEnv): Words {
  const path = pathOf(runId);
  // If the program does not exist, the system's own error is wanted, not that of a shell.
  if (path === undefined || !isThere(words[0], folder, env)) return words;
  try {
    mkdirSync(path, { recursive: true });
  } catch {
    return words;
  }
  // 0 stands for the writing process. If writing fails, the program runs anyway and is recognised by other signs.
  return ['/bin/sh', '-c', 'echo 0 2>/dev/null >"$0/cgroup.procs"; exec "$@"', path, ...words];
}

function isThere(program: string, folder: string, { PATH = '' }: NodeJS.ProcessEnv): boolean {
  const places = program.includes('/') ? [''] : PATH.split(':');
  return places.some((place) => {
    try {
      accessSync(resolve(folder, place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function pathOf(runId: string): string | undefined {
  own ??= { path: process.platform === 'linux' ? ownGroup() : undefined };
  return own.path && join(own.path, `dataset-items-${runId}`);
}

let own: { readonly path: string | undefined } | undefined;

/** The path of the control group of this process. */
function ownGroup(): string | undefined {
  const [, path] = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup')) ?? [];
  // The fields of a mount: id, parent id, device, root, mount point, options, and after a dash its type.
  const [, root, at] = /^\d+ \d+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(read('/proc/self/mountinfo')) ?? [];
  if (path === undefined || root === undefined || at === undefined) return undefined;
  if (root === '/') return join(at, path);
  return path === root || path.startsWith(`${root}/`) ? join(at, path.slice(root.length)) : undefined;
}

/** The content of a file. Empty if it does not exist. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
