import { type Arguments, list, oneOf, type Registry } from '@dataset-items/query-pipeline';
import { type Run, type RunStatus, runOrigins, runStatuses } from '../runs/run.js';
import { actorOf } from './actors.js';
import { type Call, notFound } from './route.js';
import { taskOf } from './tasks.js';

/** Where one run is found. */
export interface RunPlace {
  readonly path: string;
  /** How its operations begin. */
  readonly operation: string;
  readonly what: string;
  readonly parameters: Registry;
  /** What the API serves there beside the run itself. */
  readonly serves: readonly ('storages' | 'changes')[];
  /** @throws RefusedRequestError where there is none */
  runOf(call: Call, given: Arguments<Registry>): Run;
}

/** Where many are. */
export interface RunsPlace {
  readonly path: string;
  readonly operation: string;
  readonly what: string;
  /** The oldest first. @throws RefusedRequestError where whose they are is not there */
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
  status: list('Only of these statuses', { placeholder: '<statuses>' }),
  origin: oneOf('Only of this origin', runOrigins),
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
    serves: ['storages'],
    runOf: (call, given) => lastOf(ofTask(call), given),
  },
  {
    path: '/v2/actors/:actorId/runs/last',
    operation: 'actor_runs_last',
    what: "an actor's last run",
    parameters: lastParameters,
    serves: ['storages'],
    runOf: (call, given) => lastOf(ofActor(call), given),
  },
  {
    path: '/v2/actors/:actorId/runs/:runId',
    operation: 'actor_run',
    what: 'a run of an actor',
    parameters: {},
    serves: [],
    runOf: (call) => found(ofActor(call).find(({ id }) => id === call.segment('runId'))),
  },
  {
    path: '/v2/actor-runs/:runId',
    operation: 'actorRun',
    what: 'a run',
    parameters: {},
    serves: ['storages', 'changes'],
    runOf: ({ services, segment }) => found(services.runs.get(segment('runId'))),
  },
];

/** Names of what tells which run is meant. */
export const placeParameters: readonly string[] = Object.keys(lastParameters);

/** @throws RefusedRequestError for a status that there is not */
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
