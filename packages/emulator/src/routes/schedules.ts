import { RefusedRequestError } from '@dataset-items/http';
import { InvalidParameterError, wholeNumber } from '@dataset-items/query-pipeline';
import { defaultBuildOf } from '../actors/actor.js';
import { enveloped, json, nothing } from '../answers.js';
import { refusal } from '../refusal.js';
import { readJsonObject } from '../request-body.js';
import { presentListedSchedule, presentSchedule } from '../schedules/present.js';
import {
  isJson,
  jsonObjectOf,
  readSchedule,
  type Schedule,
  type ScheduleAction,
  type ScheduleSettings,
} from '../schedules/schedule.js';
import { mostTimes } from '../schedules/scheduler.js';
import { ScheduleNameTakenError } from '../schedules/schedules.js';
import { dateParameter } from './date-parameter.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';

const path = '/v2/schedules/:scheduleId';
const takes = {
  media: 'application/json',
  summary: 'The schedule: `name`, `cronExpression`, `timezone`, `isEnabled`, `isExclusive`, `actions` and others',
  required: true,
};

/** Schedules, and the control of their time. */
export const scheduleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/schedules',
    operation: 'schedules_get',
    summary: 'List schedules, the oldest first',
    does: 'reads',
    parameters: pagingParameters,
    answers: 'ListOfSchedules',
    answer: ({ services: { schedules, scheduler } }, paging) =>
      enveloped(pageOf(schedules.list(), paging, (schedule) => presentListedSchedule(schedule, scheduler))),
  }),
  route({
    method: 'POST',
    path: '/v2/schedules',
    operation: 'schedules_post',
    summary: 'Create a schedule',
    does: 'writes',
    takes,
    status: 201,
    answers: 'Schedule',
    differs: 'nobody is notified',
    answer: async (call) => {
      const { schedules, scheduler } = call.services;
      const settings = await accepted(call, readSchedule(await readJsonObject(call.request)));
      const schedule = await refusing(schedules.create(settings, scheduler.now()));
      scheduler.changed(schedule.id);
      const headers = { location: `${call.origin}/v2/schedules/${schedule.id}` };
      return enveloped(presentSchedule(schedule, scheduler), { status: 201, headers });
    },
  }),
  route({
    method: 'GET',
    path,
    operation: 'schedule_get',
    summary: 'Get a schedule',
    does: 'reads',
    answers: 'Schedule',
    answer: (call) => enveloped(presentSchedule(scheduleOf(call), call.services.scheduler)),
  }),
  route({
    method: 'PUT',
    path,
    operation: 'schedule_put',
    summary: 'Change a schedule',
    does: 'writes',
    takes: { ...takes, summary: 'Any of its fields; absent ones are not changed' },
    answers: 'Schedule',
    answer: async (call) => {
      const { schedules, scheduler } = call.services;
      const before = scheduleOf(call);
      const settings = await accepted(call, readSchedule(await readJsonObject(call.request), before));
      const changes = { ...settings, modifiedAt: scheduler.now().toISOString() };
      const schedule = await refusing(schedules.update(before.id, changes));
      if (schedule === undefined) throw notFound('Schedule');
      const isMoved = (['cronExpression', 'timezone', 'isEnabled'] as const).some((field) => schedule[field] !== before[field]);
      if (isMoved) scheduler.changed(schedule.id);
      return enveloped(presentSchedule(schedule, scheduler));
    },
  }),
  route({
    method: 'DELETE',
    path,
    operation: 'schedule_delete',
    summary: 'Delete a schedule',
    does: 'writes',
    status: 204,
    answer: async (call) => {
      await call.services.schedules.remove(scheduleOf(call).id);
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: `${path}/log`,
    operation: 'schedule_log_get',
    summary: 'Get the last 1,000 lines of the log of a schedule: what it started, and what it could not start',
    does: 'reads',
    sends: ['application/json'],
    answer: (call) => enveloped(call.services.schedules.log(scheduleOf(call).id)),
  }),
  route({
    method: 'POST',
    path: '/_emulator/schedules/advance',
    operation: 'emulator_schedules_advance_post',
    summary: 'Advance the time of schedules, and start the runs of all times until then',
    does: 'controls',
    parameters: {
      seconds: wholeNumber('By how much'),
      to: dateParameter('To which time, instead'),
    },
    sends: ['application/json'],
    answer: async ({ services: { scheduler } }, { seconds, to }) => {
      const target = to ?? (seconds === undefined ? undefined : new Date(scheduler.now().getTime() + 1000 * seconds));
      if (target === undefined) throw new InvalidParameterError('seconds', '', 'a number of seconds, or `to` with a time');
      // A number of seconds may be too large for a date.
      if (!(target >= scheduler.now())) {
        const [name, given] = to === undefined ? ['seconds', String(seconds)] : ['to', to.toISOString()];
        throw new InvalidParameterError(name, given, `a time after ${scheduler.now().toISOString()}`);
      }
      const times = await scheduler.advance(target);
      return json({ now: scheduler.now(), times, isComplete: times < mostTimes });
    },
  }),
];

function scheduleOf({ services, segment }: Pick<Call, 'services' | 'segment'>): Schedule {
  const schedule = services.schedules.find(segment('scheduleId'));
  if (schedule === undefined) throw notFound('Schedule');
  return schedule;
}

/** Settings as they are stored: with the ids of what the actions name, and with secret values encrypted. @throws RefusedRequestError */
async function accepted<S extends ScheduleSettings>({ services }: Call, settings: S): Promise<S> {
  const { catalog, inputs } = services;
  const acceptAction = async (action: ScheduleAction): Promise<ScheduleAction> => {
    if (action.type === 'RUN_ACTOR_TASK') {
      const task = catalog.task(action.actorTaskId);
      if (task === undefined) throw notFound('Actor task');
      const build = defaultBuildOf(catalog.actor(task.actorId), task.options);
      return { ...action, actorTaskId: task.id, ...(action.input && { input: await inputs.shown(build, action.input) }) };
    }
    const actor = catalog.actor(action.actorId);
    if (actor === undefined) throw notFound('Actor');
    const { body, contentType } = action.runInput ?? {};
    const given = body !== undefined && isJson(contentType) ? jsonObjectOf(body) : undefined;
    if (given === undefined) return { ...action, actorId: actor.id };
    const shown = await inputs.shown(defaultBuildOf(actor, action.runOptions), given);
    return { ...action, actorId: actor.id, runInput: { contentType, body: JSON.stringify(shown) } };
  };
  const actions = [];
  for (const action of settings.actions) actions.push(await acceptAction(action));
  return { ...settings, actions };
}

async function refusing<T>(change: Promise<T>): Promise<T> {
  return change.catch((error: unknown) => {
    throw error instanceof ScheduleNameTakenError ? new RefusedRequestError(refusal('name-not-unique'), error.message) : error;
  });
}
