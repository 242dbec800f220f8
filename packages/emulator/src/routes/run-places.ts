import { type Arguments, list, oneOf, type Registry } from '@dataset-items/query-pipeline';
import { type Run, type RunStatus, runOrigins, runStatuses } from '../runs/run.js';
import { actorOf } from './actors.js';
import { type Call, notFound } from './route.js';
import { taskOf } from './tasks.js';

/** A path that leads to one run. */
export interface RunPlace {
  readonly path: string;
  /** The start of its operation names. */
  readonly operation: string;
  readonly what: string;
  readonly parameters: Registry;
  /** What the API serves below this path besides the run itself. */
  readonly serves: readonly ('storages' | 'changes' | 'reboot' | 'metamorph' | 'resurrect')[];
  /** @throws RefusedRequestError if it does not exist */
  runOf(call: Call, given: Arguments<Registry>): Run;
}

/** A path that leads to a list of runs. */
export interface RunsPlace {
  readonly path: string;
  readonly operation: string;
  readonly what: string;
  /** Oldest first. @throws RefusedRequestError if the task or actor does not exist */
  runsOf(call: Call): readonly Run[];
}

const ofTask = (call: Call): readonly Run[] => {
  const { id } = taskOf(call);
  return call.services.runs.list().filter(({ actorTaskId }) => actorTaskId === id);
};

const ofActor = (call: Call): readonly Run[] => {
  const { id } = actorOf(call);
  return call.services.runs.list().filter(({ actorId }) => actorId === id);
};

const lastParameters = {
  status: list('Only runs with one of these statuses', { placeholder: '<statuses>' }),
  origin: oneOf('Only runs with this origin', runOrigins),
} as const;

export const runsPlaces: readonly RunsPlace[] = [
  { path: '/v2/actor-tasks/:actorTaskId/runs', operation: 'actorTask_runs', what: 'runs of a task', runsOf: ofTask },
  { path: '/v2/actors/:actorId/runs', operation: 'actor_runs', what: 'runs of an actor', runsOf: ofActor },
  { path: '/v2/actor-runs', operation: 'actorRuns', what: 'all runs', runsOf: ({ services }) => services.runs.list() },
];

export const runPlaces: readonly RunPlace[] = [
  {
    path: '/v2/actor-tasks/:actorTaskId/runs/last',
    operation: 'actorTask_runs_last',
    what: "a task's last run",
    parameters: lastParameters,
    serves: ['storages', 'reboot', 'metamorph'],
    runOf: (call, given) => lastOf(ofTask(call), given),
  },
  {
    path: '/v2/actors/:actorId/runs/last',
    operation: 'actor_runs_last',
    what: "an actor's last run",
    parameters: lastParameters,
    serves: ['storages', 'reboot', 'metamorph'],
    runOf: (call, given) => lastOf(ofActor(call), given),
  },
  {
    path: '/v2/actors/:actorId/runs/:runId',
    operation: 'actor_run',
    what: 'a run of an actor',
    parameters: {},
    serves: ['metamorph', 'resurrect'],
    runOf: (call) => found(ofActor(call).find(({ id }) => id === call.segment('runId'))),
  },
  {
    path: '/v2/actor-runs/:runId',
    operation: 'actorRun',
    what: 'a run',
    parameters: {},
    serves: ['storages', 'changes', 'reboot', 'metamorph', 'resurrect'],
    runOf: ({ services, segment }) => found(services.runs.get(segment('runId'))),
  },
];

/** Names of the query parameters that select a run. */
export const placeParameters: readonly string[] = Object.keys(lastParameters);

/** @throws InvalidParameterError for an unknown status */
export function checkStatuses(given: readonly string[] | undefined): readonly RunStatus[] | undefined {
  for (const status of given ?? []) oneOf('', runStatuses).parse(status, 'status');
  return given as readonly RunStatus[] | undefined;
}

function lastOf(runs: readonly Run[], { status, origin }: Arguments<typeof lastParameters>): Run {
  const statuses = checkStatuses(status);
  return found(
    runs.findLast(
      (run) => (statuses === undefined || statuses.includes(run.status)) && (origin === undefined || run.meta.origin === origin),
    ),
  );
}

function found(run: Run | undefined): Run {
  if (run === undefined) throw notFound('Actor run');
  return run;
}
