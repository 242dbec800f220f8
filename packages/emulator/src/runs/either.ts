import { after } from './timer.js';

/** Resolves when the work has ended, the time limit is reached or the signal aborts. */
export function either(work: Promise<void>, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      forget();
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const forget = after(milliseconds, leave);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    void work.then(leave);
  });
}
