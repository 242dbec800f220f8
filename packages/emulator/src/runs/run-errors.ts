import type { Run } from './run.js';

/** Only a run that has ended can be removed. */
export class RunGoingOnError extends Error {
  readonly code = 'run-going-on';
  readonly runId: string;

  constructor({ id, status }: Run) {
    super(`The run ${id} is ${status}, expected one that has ended`);
    this.name = 'RunGoingOnError';
    this.runId = id;
  }
}

/** Only a run that is executed can be rebooted, transformed or migrated. */
export class RunNotRunningError extends Error {
  readonly code = 'run-not-running';
  readonly runId: string;

  constructor({ id, status }: Run) {
    const state = status === 'RUNNING' ? 'ending, or starting again' : status;
    super(`The run ${id} is ${state}, expected one that is RUNNING`);
    this.name = 'RunNotRunningError';
    this.runId = id;
  }
}

/** No run starts once the emulator closes. */
export class RunsClosedError extends Error {
  readonly code = 'runs-closed';

  constructor() {
    super('No more runs are started, because the emulator is closing');
    this.name = 'RunsClosedError';
  }
}

/** So many runs wait for their turn that no more are taken. The code is that of a 429, after which clients try again. */
export class TooManyRunsError extends Error {
  readonly code = 'rate-limit-exceeded';

  /** @param active the largest number of runs at the same time */
  constructor(waiting: number, active: number) {
    super(
      `${waiting} runs wait for their turn, as many as may wait: try again when some of them have ended, abort some, ` +
        `or let more than ${active} run at the same time (--max-runs)`,
    );
    this.name = 'TooManyRunsError';
  }
}
