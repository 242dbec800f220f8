export { createRuns } from './create-runs.js';
export type { RunLog } from './log/run-log.js';
export { type ProcessTree, startTree } from './process-tree.js';
export {
  type FinalStatus,
  isFinal,
  type Run,
  type RunOptions,
  type RunOrigin,
  type RunStatus,
  runOrigins,
  runStatuses,
} from './run.js';
export { RunGoingOnError, RunsClosedError } from './run-errors.js';
export {
  type Retention,
  type RunEvent,
  type RunEventType,
  type Runs,
  type RunsOptions,
  runEventTypes,
  type WantedRun,
} from './runs.js';
export type { ActorWork, CommandWork, FixtureWork, FunctionCall, FunctionWork } from './work.js';
