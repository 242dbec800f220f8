import { Script } from 'node:vm';

/** Milliseconds that work on the thread of all requests may take: a pattern can take very long for one text, and `uniqueItems` for one array. */
const LONGEST = 8;

/** The work that a script calls. It is called by a script because only a script can be stopped after a time. */
const waiting: { work?: (() => unknown) | undefined } = {};
const key = Symbol.for('dataset-items.work');
const script = new Script(`globalThis[Symbol.for('dataset-items.work')].work()`);

/** `undefined`: it took too long and was stopped. So the work must not change anything. */
export function inTime<T>(work: () => T): T | undefined {
  Object.defineProperty(globalThis, key, { value: waiting, configurable: true });
  waiting.work = work;
  try {
    return script.runInThisContext({ timeout: LONGEST }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  } finally {
    waiting.work = undefined;
  }
}
