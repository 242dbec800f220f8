import type { Item } from '@dataset-items/query-pipeline';
import type { Run } from '../runs/run.js';
import type { RunsOptions } from '../runs/runs.js';
import { together } from '../store/changes.js';
import { userId } from '../user.js';
import type { Dispatcher } from './dispatcher.js';
import type { Webhooks } from './webhooks.js';

/**
 * Sends the webhooks of runs: those that are stored for a run, its actor or its task. Those that were given with a run are stored with its
 * start.
 * @param present gives a run as the API shows it
 */
export function runWebhooks(
  dispatcher: Dispatcher,
  webhooks: Webhooks,
  present: (run: Run) => Item,
): NonNullable<RunsOptions['tell']> {
  return (eventType, run, given) => {
    const isNew = eventType === 'ACTOR.RUN.CREATED';
    const added = webhooks.stageAdHoc(run, isNew ? given : []);
    const own = isNew ? given : given.filter(({ id }) => id === undefined);
    const { id: actorRunId, actorId, actorTaskId } = run;
    const eventData = { actorId, ...(actorTaskId !== undefined && { actorTaskId }), actorRunId };
    const createdAt = run.finishedAt ?? run.startedAt;
    const event = { eventType, createdAt, userId, eventData, resource: present(run) };
    return together([added, dispatcher.stage([...own, ...webhooks.of(run)], event)]);
  };
}
