import type { Run } from './run.js';
import { RunsClosedError, TooManyRunsError } from './run-errors.js';

/** Counts runs that have not ended, those that are being stored too, and refuses more than may wait. */
export interface StartLimit {
  /** @throws RunsClosedError, TooManyRunsError */
  starting(start: () => Promise<Run>): Promise<Run>;
  /** A run that was started has ended. */
  ended(): void;
  /** Resolves when no run is being stored. */
  settled(): Promise<void>;
}

export function startLimit(limits: {
  readonly maxConcurrentRuns: number;
  readonly maxWaitingRuns: number;
  readonly closing: AbortSignal;
}): StartLimit {
  const { maxConcurrentRuns, maxWaitingRuns, closing } = limits;
  const starting = new Set<Promise<unknown>>();
  let unended = 0;
  return {
    async starting(start) {
      if (closing.aborted) throw new RunsClosedError();
      if (unended >= maxConcurrentRuns + maxWaitingRuns) throw new TooManyRunsError(maxWaitingRuns, maxConcurrentRuns);
      unended++;
      const started = start().catch((error: unknown) => {
        unended--;
        throw error;
      });
      starting.add(started);
      return started.finally(() => starting.delete(started));
    },
    ended() {
      unended--;
    },
    async settled() {
      await Promise.allSettled(starting);
    },
  };
}
