import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { inGroupOf, type Words } from './cgroup.js';
import { familyOfRun, runMarker, signalAll } from './processes.js';

/** A process and all processes that it starts. */
export interface ProcessTree {
  readonly child: ChildProcess;
  /** Sends a signal to all its processes, once to each. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Kills the remaining processes. @returns those that could not be killed */
  end(): Promise<readonly number[]>;
}

/**
 * Starts a process whose descendants can be found, in the same way as those of runs (docs/runs.md#commands).
 * @param start starts the given command with the given environment; the process must stay in the group and session of this process
 */
export function startTree(
  words: Words,
  env: NodeJS.ProcessEnv,
  start: (words: Words, env: NodeJS.ProcessEnv) => ChildProcess,
): ProcessTree {
  const id = randomUUID();
  const child = start(inGroupOf(id, words, process.cwd(), env), { ...env, [runMarker]: id });
  const family = familyOfRun(id, child.pid);
  return {
    child,
    signal: async (name) => signalAll(await family.look(), name),
    end: family.kill,
  };
}
