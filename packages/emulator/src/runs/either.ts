import { after } from './timer.js';

/** Resolves when the work has ended, the time limit is reached or the signal aborts. The work never rejects. */
export function either(work: Promise<void>, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const waiting = waitingFor(work);
    const leave = (): void => {
      forget();
      waiting.delete(leave);
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const forget = after(milliseconds, leave);
    waiting.add(leave);
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  });
}

/** Who waits for each work. A promise itself would keep all who have ever waited for it until it settles, such as each request about a long run. */
const known = new WeakMap<Promise<void>, Set<() => void>>();

function waitingFor(work: Promise<void>): Set<() => void> {
  const before = known.get(work);
  if (before !== undefined) return before;
  const waiting = new Set<() => void>();
  known.set(work, waiting);
  void work.then(() => {
    known.delete(work);
    for (const leave of waiting) leave();
  });
  return waiting;
}
