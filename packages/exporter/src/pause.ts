import { setImmediate } from 'node:timers/promises';

/** Asked between batches; gives a promise when other work is to have the thread first. */
export type Pause = () => Promise<void> | undefined;

/**
 * A pause for any number of streams together: a chain of awaits without I/O would starve the event loop.
 * @param milliseconds of work between two turns of the event loop
 */
export function createPause(milliseconds = 10): Pause {
  let turn = performance.now();
  let coming: Promise<void> | undefined;
  const takeTurn = async (): Promise<void> => {
    await setImmediate();
    turn = performance.now();
    coming = undefined;
  };
  return () => {
    if (performance.now() - turn < milliseconds) return undefined;
    coming ??= takeTurn();
    return coming;
  };
}

/** The pause of every export that is given no other: 10 ms of work between turns for the whole process. */
export const sharedPause: Pause = createPause();
