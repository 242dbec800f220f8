import { InterruptedError, signalExits } from './exit.js';

/** Runs work that signals end: everything that was opened is closed and removed before the process is. */
export async function untilSignalled<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const names = Object.keys(signalExits) as (keyof typeof signalExits)[];
  const handlers = names.map((name) => [name, () => controller.abort(new InterruptedError(name))] as const);
  for (const [name, stop] of handlers) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const [name, stop] of handlers) process.removeListener(name, stop);
  }
}
