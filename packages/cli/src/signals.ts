import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError, type StopSignal, signalExits } from './exit.js';

/** Milliseconds in which everything must be closed after a signal. */
const closingLimit = 9_000;

/** The process ends before its work is done. A system call of this work may never return. */
let isWorkLeft = false;

/**
 * Runs work until it is done or a signal arrives. After a signal, everything that the work opened is closed and temporary files are removed
 * before the process ends. After 9 s, or at a second signal, the process ends in any case.
 * @param reading is ended by the first SIGINT, after which the work is done as usual
 */
export async function untilSignalled<T>(work: (signal: AbortSignal) => Promise<T>, reading?: AbortController): Promise<T> {
  const controller = new AbortController();
  let giveUp: (error: InterruptedError) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = (error) => {
      isWorkLeft = true;
      reject(error);
    };
  });
  const release = onSignals((name) => {
    if (name === 'SIGINT' && reading !== undefined && !reading.signal.aborted) return reading.abort();
    const error = new InterruptedError(name);
    if (controller.signal.aborted) return giveUp(error);
    controller.abort(error);
    void delay(closingLimit, undefined, { ref: false }).then(() => giveUp(error));
  });
  try {
    return await Promise.race([work(controller.signal), givenUp]);
  } finally {
    release();
  }
}

/** Calls `onSignal` for each signal that asks the process to end. @returns a function that removes the listeners */
export function onSignals(onSignal: (name: StopSignal) => void): () => void {
  const listeners = (Object.keys(signalExits) as StopSignal[]).map((name) => [name, () => onSignal(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) process.removeListener(name, listener);
  };
}

/** Milliseconds to wait for system calls in progress. */
const callLimit = 500;

/**
 * Ends the process with a status. If a system call does not return, such as opening a pipe that has no other end, an exit would wait for it
 * forever. The process then ends with the signal that the status stands for, if there is one.
 */
export async function endNow(status: number): Promise<void> {
  for (const deadline = Date.now() + callLimit; isCallUnderWay() && Date.now() < deadline; ) await delay(10);
  const [name] = Object.entries(signalExits).find(([, exit]) => exit === status) ?? [];
  if (name !== undefined && (isWorkLeft || isCallUnderWay())) {
    // Listeners of `exit` remove temporary files. A signal does not call them.
    process.emit('exit', status);
    process.kill(process.pid, name);
  }
  process.exit(status);
}

/** Whether a system call on a file is in progress. Some are not listed, such as `readFile` in Node 26; for those `isWorkLeft` is set. */
function isCallUnderWay(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
}
