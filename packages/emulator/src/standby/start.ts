import type { StandbySettings } from '../actors/config.js';
import type { Inputs } from '../inputs/run-input.js';
import type { Run } from '../runs/run.js';
import type { Runs } from '../runs/runs.js';
import { launchRun, type Startable } from '../starting/launch-run.js';
import { ownInput } from '../starting/own-input.js';

/** Starts a run of an actor or a task on standby. It has no time limit, because it is stopped when it gets no requests. */
export function startStandbyRun(
  { runs, inputs }: { readonly runs: Pick<Runs, 'start'>; readonly inputs: Inputs },
  { actor, task }: Startable,
  { build: wanted, memoryMbytes, shouldPassActorInput }: StandbySettings,
): Promise<Run> {
  return launchRun(runs, {
    ...{ actor, task },
    options: {
      build: task?.options.build ?? wanted,
      memoryMbytes: task?.options.memoryMbytes ?? memoryMbytes,
      timeoutSecs: 0,
    },
    meta: { origin: 'STANDBY' },
    input: async (build) => (shouldPassActorInput ? ownInput(inputs, { actor, task, build }) : undefined),
  });
}
