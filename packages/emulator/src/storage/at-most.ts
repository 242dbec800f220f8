/** Limits how many tasks run at the same time. The others wait for their turn. */
export function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < count) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The next task takes this place.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
