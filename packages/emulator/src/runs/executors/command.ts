import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { apiEnvironment, localEnvironment } from '../environment.js';
import { followLocalStorage, prepareLocalStorage } from '../local/storage.js';
import { type Family, familyOfRun, signalGroup } from '../processes.js';
import { told } from '../told.js';
import { watchUsage } from '../usage.js';
import type { CommandWork } from '../work.js';
import type { Execute, ExecutorCall, Outcome } from './executor.js';

/** Times that a command which fails is run again, where the run asks for it. */
export const mostRestarts = 3;

export const command: Execute<CommandWork> = async (work, call) => {
  const env = work.env ?? {};
  if (work.mode === 'api') {
    return runUntilItSucceeds(work, call, apiEnvironment({ ...call, env, baseUrl: call.baseUrl() }));
  }
  const storage = join(await call.scratch(), 'storage');
  await prepareLocalStorage(storage, call);
  const takeRest = await followLocalStorage(storage, call);
  try {
    return await runUntilItSucceeds(work, call, localEnvironment(storage, { ...call, env }));
  } finally {
    await takeRest();
  }
};

async function runUntilItSucceeds(work: CommandWork, call: ExecutorCall, env: NodeJS.ProcessEnv): Promise<Outcome> {
  for (let restarts = 0; ; restarts++) {
    const outcome = await runOnce(work, call, env);
    const again = call.run.options.restartOnError && outcome.status === 'FAILED' && outcome.exitCode !== undefined;
    if (!again || restarts === mostRestarts || call.stop.aborted) return outcome;
    call.measured({ restartCount: restarts + 1 });
    call.log.write(`${outcome.message}; restarting (${restarts + 1} of ${mostRestarts})`);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Resolves when the process and everything that it started are gone and their output is in the log. */
async function runOnce(work: CommandWork, call: ExecutorCall, env: NodeJS.ProcessEnv): Promise<Outcome> {
  let child: Child;
  try {
    child = start(work, env);
    await once(child, 'spawn');
  } catch (error) {
    return { status: 'FAILED', message: `Could not start ${nameOf(work)} in ${work.folder}: ${(error as Error).message}` };
  }
  const pid = child.pid as number;
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const output = Promise.all([call.log.take(child.stdout), call.log.take(child.stderr)]);
  const family = familyOfRun(call.run.id, pid);
  const stopMeasuring = watchUsage(family, call.measured);
  const forget = onAborts(call, pid, family);
  try {
    const [code, signal] = await exited;
    await endFamily(call, family);
    await drained(child, output);
    return outcomeOf(code, signal);
  } finally {
    stopMeasuring();
    forget();
  }
}

function start({ folder, command }: CommandWork, env: NodeJS.ProcessEnv): Child {
  const options = { cwd: folder, env, detached: true, windowsHide: true };
  if (typeof command === 'string') return spawn(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: true });
  const [program, ...args] = command;
  return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

function nameOf({ command }: CommandWork): string {
  return typeof command === 'string' ? command : command.join(' ');
}

/** A process that was asked to end may do so by itself, until its time is over. */
function onAborts({ stop, kill, log }: ExecutorCall, pid: number, family: Family): () => void {
  const ask = (): void => {
    // Once a parent has ended, nothing tells whose child one was that has left everything else.
    const now = (): void => signalGroup(pid, 'SIGTERM');
    family.look().then(now, now);
  };
  const force = (): void => {
    family.kill().catch((error: unknown) => {
      log.write(`Could not look for what is to end: ${told(error)}`);
      signalGroup(pid, 'SIGKILL');
    });
  };
  if (stop.aborted) ask();
  if (kill.aborted) force();
  stop.addEventListener('abort', ask, { once: true });
  kill.addEventListener('abort', force, { once: true });
  return () => {
    stop.removeEventListener('abort', ask);
    kill.removeEventListener('abort', force);
  };
}

/** What a process leaves running ends with it, as everything in a container does. */
async function endFamily({ log }: ExecutorCall, family: Family): Promise<void> {
  const left = await family.kill();
  if (left.length > 0) log.write(`Could not end: ${left.join(', ')}`);
}

/** Milliseconds for which output may still come when nobody is left to write it. */
const longestDrain = 2000;

async function drained({ stdout, stderr }: Child, output: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const waited = delay(longestDrain, 'waited', { signal: enough.signal }).catch(() => undefined);
  const first = await Promise.race([output, waited]);
  enough.abort();
  if (first !== 'waited') return;
  stdout.destroy();
  stderr.destroy();
  await output.catch(() => undefined);
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null): Outcome {
  if (code === 0) return { status: 'SUCCEEDED', exitCode: 0 };
  if (signal === null) return { status: 'FAILED', exitCode: code ?? 1, message: `The command exited with code ${code}` };
  return { status: 'FAILED', exitCode: 128 + constants.signals[signal], message: `The command was ended by ${signal}` };
}
