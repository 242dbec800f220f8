import type { Item } from '@dataset-items/query-pipeline';
import { userId } from '../user.js';
import type { Schedule } from './schedule.js';
import type { Scheduler } from './scheduler.js';

/** A schedule as the API shows it (schema `Schedule`). */
export function presentSchedule(schedule: Schedule, scheduler: Pick<Scheduler, 'nextOf'>): Item {
  const { title = null, description = null, notifications, actions } = schedule;
  return {
    ...base(schedule, scheduler),
    ...{ title, description, notifications: { ...notifications } },
    actions: JSON.parse(JSON.stringify(actions)),
  };
}

/** A schedule as lists show it (schema `ScheduleShort`). */
export function presentListedSchedule(schedule: Schedule, scheduler: Pick<Scheduler, 'nextOf'>): Item {
  const { title } = schedule;
  return {
    ...base(schedule, scheduler),
    ...(title !== undefined && { title }),
    actions: schedule.actions.map((action) =>
      action.type === 'RUN_ACTOR'
        ? { id: action.id, type: action.type, actorId: action.actorId }
        : { id: action.id, type: action.type, actorTaskId: action.actorTaskId },
    ),
  };
}

function base(schedule: Schedule, scheduler: Pick<Scheduler, 'nextOf'>): Item {
  const { id, name, cronExpression, timezone, isEnabled, isExclusive, createdAt, modifiedAt, lastRunAt = null } = schedule;
  const nextRunAt = scheduler.nextOf(schedule)?.toISOString() ?? null;
  return { id, userId, name, cronExpression, timezone, isEnabled, isExclusive, createdAt, modifiedAt, nextRunAt, lastRunAt };
}
