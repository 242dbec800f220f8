import { oneAtATime } from '../one-at-a-time.js';
import type { LiveRun } from './live-run.js';
import type { OpenRunLog } from './log/run-log.js';
import type { Run } from './run.js';

export interface EndedRun extends Pick<LiveRun, 'run' | 'update' | 'settled'> {
  readonly log: OpenRunLog;
}

/** A run that ended before the emulator started. Only its status message changes. */
export function endedRun(ended: Run, log: OpenRunLog, store: (run: Run) => Promise<void>): EndedRun {
  let run = ended;
  const inTurn = oneAtATime();
  return {
    log,
    get run() {
      return run;
    },
    update: (changes) =>
      inTurn(async () => {
        const next = { ...run, ...changes };
        await store(next);
        run = next;
      }),
    settled: () => inTurn(async () => {}),
  };
}
