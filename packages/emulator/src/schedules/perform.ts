import type { Catalog } from '../actors/catalog.js';
import type { Inputs } from '../inputs/run-input.js';
import { isFinal, type Run, type RunMeta } from '../runs/run.js';
import type { Runs } from '../runs/runs.js';
import { launchRun } from '../starting/launch-run.js';
import { ownInput } from '../starting/own-input.js';
import { isJson, jsonObjectOf, type RunActor, type RunTask, type Schedule } from './schedule.js';
import type { SchedulerOptions } from './scheduler.js';

export interface PerformOptions {
  readonly runs: Pick<Runs, 'start' | 'list'>;
  readonly catalog: Catalog;
  readonly inputs: Inputs;
}

/** Makes the function that starts the run of an action. What prevents it goes to the log of the schedule. */
export function performing(options: PerformOptions): SchedulerOptions['perform'] {
  return async (schedule, action, scheduledAt) => {
    const what = action.type === 'RUN_ACTOR' ? `Actor "${action.actorId}"` : `Actor task "${action.actorTaskId}"`;
    try {
      const active = schedule.isExclusive ? activeRunOf(options, schedule, action, scheduledAt.toISOString()) : undefined;
      if (active !== undefined) {
        return {
          level: 'WARNING',
          message: `${what} was not started: its run ${active} is still active, and the schedule is exclusive`,
        };
      }
      const meta = { origin: 'SCHEDULER', scheduleId: schedule.id, scheduledAt: scheduledAt.toISOString() } as const;
      const { id } = await (action.type === 'RUN_ACTOR' ? runActor(options, action, meta) : runTask(options, action, meta));
      return { level: 'INFO', message: `Schedule invoked: ${what} was started as run ${id}` };
    } catch (error) {
      return { level: 'ERROR', message: `Cannot start ${what}: ${(error as Error).message}` };
    }
  };
}

/** A run of the action that an earlier time of the schedule started. */
function activeRunOf(
  { runs, catalog }: PerformOptions,
  { id }: Schedule,
  action: RunActor | RunTask,
  scheduledAt: string,
): string | undefined {
  const isOfAction = ({ actorId, actorTaskId }: { readonly actorId: string; readonly actorTaskId?: string | undefined }) =>
    action.type === 'RUN_ACTOR'
      ? actorTaskId === undefined && actorId === catalog.actor(action.actorId)?.id
      : actorTaskId !== undefined && actorTaskId === catalog.task(action.actorTaskId)?.id;
  const isEarlier = ({ meta }: Run): boolean => meta.scheduleId === id && meta.scheduledAt !== scheduledAt;
  return runs.list().find((run) => isEarlier(run) && !isFinal(run.status) && isOfAction(run))?.id;
}

async function runActor({ runs, catalog, inputs }: PerformOptions, action: RunActor, meta: RunMeta) {
  const { runOptions = {}, runInput: { body, contentType } = {} } = action;
  const actor = catalog.actor(action.actorId);
  if (actor === undefined) throw new Error('Actor was not found');
  return launchRun(runs, {
    ...{ actor, options: runOptions, meta },
    async input(build) {
      const isOther = body !== undefined && !isJson(contentType);
      if (isOther && !(await inputs.hasSchema(build))) {
        return { contentType: contentType ?? 'application/octet-stream', bytes: Buffer.from(body) };
      }
      return ownInput(inputs, { actor, task: undefined, build }, body === undefined ? undefined : jsonObjectOf(body));
    },
  });
}

async function runTask({ runs, catalog, inputs }: PerformOptions, { actorTaskId, input: fields }: RunTask, meta: RunMeta) {
  const task = catalog.task(actorTaskId);
  if (task === undefined) throw new Error('Actor task was not found');
  const actor = catalog.actor(task.actorId);
  if (actor === undefined) throw new Error("The task's actor was not found");
  return launchRun(runs, {
    ...{ actor, task, options: {}, meta },
    input: (build) => ownInput(inputs, { actor, task, build }, fields),
  });
}
