import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { inGroupOf, type Words } from '../cgroup.js';
import { apiEnvironment, localEnvironment } from '../environment.js';
import { errorText } from '../error-text.js';
import { followLocalStorage, prepareLocalStorage } from '../local/storage.js';
import { type Family, familyOfRun, outputsOf, signalGroup } from '../processes.js';
import { watchUsage } from '../usage.js';
import type { CommandWork } from '../work.js';
import type { Execute, ExecutorCall, Outcome } from './executor.js';

/** How often a failing command is restarted when its run has `restartOnError`. */
const mostRestarts = 3;

export const command: Execute<CommandWork> = async (work, call) => {
  const proxy = await call.egress?.open();
  const web = await call.webPorts?.open(call.run.id, portIn(work.env));
  // A port that cannot be listened on is replaced by the one that requests are sent to.
  const env = { ...work.env, ...(web && { ACTOR_WEB_SERVER_PORT: String(web.port) }) };
  const told = { ...call, proxy, webPort: web?.port, env };
  try {
    if (work.mode === 'api') return await runUntilItSucceeds(work, call, apiEnvironment({ ...told, baseUrl: call.baseUrl() }));
    const storage = join(await call.scratch(), 'storage');
    await prepareLocalStorage(storage, call);
    const takeRest = await followLocalStorage(storage, call);
    try {
      return await runUntilItSucceeds(work, call, localEnvironment(storage, { ...told, baseUrl: baseUrlOf(call) }));
    } finally {
      await takeRest();
    }
  } finally {
    web?.close();
    proxy?.close();
  }
};

/** The port that an actor has chosen itself, as its documentation allows. 0 stands for any port, so it is no choice. */
function portIn({ ACTOR_WEB_SERVER_PORT: port = '' }: CommandWork['env'] = {}): number | undefined {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number > 0 && number <= 65_535 ? number : undefined;
}

/** In local mode a process can do without the emulator. */
function baseUrlOf(call: ExecutorCall): string | undefined {
  try {
    return call.baseUrl();
  } catch {
    return undefined;
  }
}

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

/** Resolves when the process and everything that it started have ended and their output is in the log. */
async function runOnce(work: CommandWork, call: ExecutorCall, env: NodeJS.ProcessEnv): Promise<Outcome> {
  let child: Child;
  let outputs: ReadonlySet<string>;
  try {
    child = start(work, env, call.run.id);
    outputs = child.pid === undefined ? new Set() : outputsOf(child.pid);
    await once(child, 'spawn');
  } catch (error) {
    return { status: 'FAILED', message: `Could not start ${nameOf(work)} in ${work.folder}: ${(error as Error).message}` };
  }
  const pid = child.pid as number;
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const output = Promise.all([call.log.take(child.stdout), call.log.take(child.stderr)]);
  const family = familyOfRun(call.run.id, pid, outputs);
  const stopMeasuring = watchUsage(family, call.measured);
  const forget = onAborts(call, pid, family);
  try {
    const [code, signal] = await exited;
    await endFamily(call, family);
    await drained(child, output);
    return outcomeOf(code, signal);
  } finally {
    stopMeasuring();
    await forget();
  }
}

function start({ folder, command }: CommandWork, env: NodeJS.ProcessEnv, runId: string): Child {
  const options = { cwd: folder, env, detached: true, windowsHide: true };
  if (typeof command === 'string' && process.platform === 'win32') {
    return spawn(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: true });
  }
  const words: Words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const [program, ...args] = inGroupOf(runId, words, folder, env);
  return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

function nameOf({ command }: CommandWork): string {
  return typeof command === 'string' ? command : command.join(' ');
}

/**
 * Asks the process to end on `stop`, and kills it on `kill`.
 * @returns a function that stops listening; it resolves when no more processes are being ended, so that the run may start new ones
 */
function onAborts({ stop, kill, log, isTold }: ExecutorCall, pid: number, family: Family): () => Promise<void> {
  const ending: Promise<void>[] = [];
  const ask = (): void => {
    if (isTold()) return;
    // Processes are listed first, because a child that has left its group and session is not recognised after its parent has ended.
    const now = (): void => signalGroup(pid, 'SIGTERM');
    ending.push(family.look().then(now, now));
  };
  const force = (): void => {
    const killed = family.kill().then(
      () => {},
      (error: unknown) => {
        log.write(`Could not list the processes of the run: ${errorText(error)}`);
        signalGroup(pid, 'SIGKILL');
      },
    );
    ending.push(killed);
  };
  if (stop.aborted) ask();
  if (kill.aborted) force();
  stop.addEventListener('abort', ask, { once: true });
  kill.addEventListener('abort', force, { once: true });
  return async () => {
    stop.removeEventListener('abort', ask);
    kill.removeEventListener('abort', force);
    await Promise.all(ending);
  };
}

/** Ends all processes that the command has left running, as a container does. */
async function endFamily({ log }: ExecutorCall, family: Family): Promise<void> {
  const left = await family.kill();
  if (left.length > 0) log.write(`These processes could not be ended: ${left.join(', ')}`);
}

/** Milliseconds to wait for the end of the output after all processes have ended. */
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
