import { InterruptedError, type StopSignal, signalExits } from './exit.js';

/** Runs work that signals end: everything that was opened is closed and removed before the process is. */
export async function untilSignalled<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = onSignals((name) => controller.abort(new InterruptedError(name)));
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}

/** Calls `tell` for each signal that asks the process to end, until what it gives is called. */
export function onSignals(tell: (name: StopSignal) => void): () => void {
  const listeners = (Object.keys(signalExits) as StopSignal[]).map((name) => [name, () => tell(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return () => {
    for (const [name, listener] of listeners) process.removeListener(name, listener);
  };
}
