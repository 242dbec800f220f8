/** Limits how many callers have a turn at the same time. The others wait in order of arrival. */
export interface Turns {
  /** @returns a function that ends the turn @throws the signal's reason when it aborts first */
  take(signal: AbortSignal): Promise<() => void>;
}

export function turns(atOnce: number): Turns {
  const waiting = new Set<() => void>();
  let taken = 0;
  const begin = (): (() => void) => {
    taken++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      taken--;
      const [next] = waiting;
      next?.();
    };
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (taken < atOnce) return begin();
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(proceed);
          signal.removeEventListener('abort', refuse);
        };
        const proceed = (): void => {
          leave();
          resolve(begin());
        };
        const refuse = (): void => {
          leave();
          reject(signal.reason);
        };
        waiting.add(proceed);
        signal.addEventListener('abort', refuse, { once: true });
      });
    },
  };
}
