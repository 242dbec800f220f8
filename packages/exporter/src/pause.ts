/** Asked between batches; gives a promise when other work is to have the thread first. */
export type Pause = () => Promise<void> | undefined;

/**
 * A pause for any number of streams together: a chain of awaits without I/O would starve the event loop. Those that wait go on one in each
 * turn, in the order in which they came: all at once would do the work of all between two turns.
 * @param milliseconds of work between two turns of the event loop
 */
export function createPause(milliseconds = 10): Pause {
  let turn = performance.now();
  const waiting: (() => void)[] = [];
  const takeTurn = (): void => {
    turn = performance.now();
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(takeTurn);
  };
  return () => {
    if (waiting.length === 0 && performance.now() - turn < milliseconds) return undefined;
    return new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(takeTurn);
    });
  };
}

/** The pause of every export that is given no other: 10 ms of work between turns for the whole process. */
export const sharedPause: Pause = createPause();
