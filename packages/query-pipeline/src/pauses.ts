/** Absent in a bare JavaScript engine. */
declare const setTimeout: ((call: () => void, milliseconds: number) => unknown) | undefined;

/** Milliseconds between two checks whether the reader is still waiting. */
const BETWEEN_CHECKS = 20;

type Answer<T> = IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>>;

/**
 * Gives the same elements, and `pause` between two of them if the reader has waited 20 to 40 ms for the second. So the reader can pass on
 * what it holds. There is at most one pause between two elements, and none before the first. If the reader stops early, the walk over the
 * elements ends too. Without timers there are no pauses.
 */
export function withPauses<T, P>(elements: AsyncIterable<T>, pause: P): AsyncIterableIterator<T | P> {
  if (typeof setTimeout === 'undefined') return plain(elements);
  const startTimer = setTimeout;
  const iterator = elements[Symbol.asyncIterator]() as AsyncIterator<T | P, undefined>;
  /** The next element: requested, but not given to the reader yet. */
  let requested: Promise<IteratorResult<T | P, undefined>> | undefined;
  /** It has arrived while the reader did not wait, because the reader got a pause instead. */
  let hasArrived = false;
  /** Settles the latest call of `next`. `undefined`: the reader does not wait for one. */
  let settle: ((answer: Answer<T | P>) => void) | undefined;
  let mayPause = false;
  /** Number of calls of `next`, and that number at the latest check. If it has not changed, the reader has waited since then. */
  let calls = 0;
  let callsAtCheck = 0;
  let checkPlanned = false;

  const answer = (result: Answer<T | P>): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(result);
  };
  const arrived = (result: Answer<T | P>): void => {
    hasArrived = settle === undefined;
    if (hasArrived) return;
    requested = undefined;
    mayPause = true;
    answer(result);
  };
  const planCheck = (): void => {
    if (!checkPlanned) startTimer(check, BETWEEN_CHECKS);
    checkPlanned = true;
  };
  const check = (): void => {
    checkPlanned = false;
    if (settle === undefined || !mayPause) return;
    if (callsAtCheck !== calls) {
      callsAtCheck = calls;
      return planCheck();
    }
    mayPause = false;
    answer({ done: false, value: pause });
  };
  const next = (): Promise<IteratorResult<T | P, undefined>> =>
    new Promise((resolve) => {
      settle = resolve;
      calls++;
      if (requested === undefined) {
        const asked = iterator.next();
        requested = asked;
        asked.then(arrived, () => arrived(asked));
      } else if (hasArrived) return arrived(requested);
      if (mayPause) planCheck();
    });
  const leave = async (): Promise<IteratorResult<T | P, undefined>> => {
    mayPause = false;
    await iterator.return?.();
    return { done: true, value: undefined };
  };
  const walk = { [Symbol.asyncIterator]: () => walk, next, return: leave };
  return walk;
}

async function* plain<T>(elements: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  yield* elements;
}
