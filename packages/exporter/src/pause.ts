/** Called between batches. Returns a promise when other work should run first. */
export type Pause = () => Promise<void> | undefined;

/**
 * A pause shared by any number of streams, because a chain of awaits without I/O would starve the event loop. Waiting streams continue one
 * per turn of the event loop, in order of arrival; all at once would do the work of all in one turn.
 * @param milliseconds of work, from the first call in a turn of the event loop, after which a call waits for the next turn
 */
export function createPause(milliseconds = 10): Pause {
  /** Time of the first call in this turn. */
  let began: number | undefined;
  const waiting: (() => void)[] = [];
  const begin = (): number => {
    setImmediate(turn);
    began = now();
    return began;
  };
  const turn = (): void => {
    began = undefined;
    const next = waiting.shift();
    if (next === undefined) return;
    begin();
    next();
  };
  return () => {
    const since = began ?? begin();
    if (waiting.length === 0 && now() - since < milliseconds) return undefined;
    return new Promise((resolve) => void waiting.push(resolve));
  };
}

/** In milliseconds. To load the module that `performance` is in takes 1 ms (docs/performance.md#start). */
function now(): number {
  return process.uptime() * 1000;
}

/** The default pause of all exports: 10 ms of work between turns for the whole process. */
export const sharedPause: Pause = createPause();
