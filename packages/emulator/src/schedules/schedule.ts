import { InvalidParameterError, type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { OptionSettings } from '../actors/config.js';
import { readTaskChanges } from '../actors/task.js';
import { invalidBody, kindOf } from '../request-body.js';
import { acceptText, isName, nameRule } from '../routes/names.js';
import { newId } from '../storage/identifiers.js';
import { cronProblem } from './cron.js';

/** A plan to start runs at certain times. It is stored as JSON. */
export interface Schedule extends ScheduleSettings {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly modifiedAt: string;
  /** The last time that its expression gave and for which it started runs. */
  readonly lastRunAt?: string | undefined;
}

/** What a request sets. */
export interface ScheduleSettings {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly cronExpression: string;
  readonly timezone: string;
  readonly isEnabled: boolean;
  /** An action is left out while the run that it started before is active. */
  readonly isExclusive: boolean;
  readonly notifications: { readonly email: boolean };
  readonly actions: readonly ScheduleAction[];
}

export type ScheduleAction = RunActor | RunTask;

export interface RunActor {
  readonly id: string;
  readonly type: 'RUN_ACTOR';
  readonly actorId: string;
  readonly runInput?: { readonly body?: string | undefined; readonly contentType?: string | undefined } | undefined;
  readonly runOptions?: OptionSettings | undefined;
}

export interface RunTask {
  readonly id: string;
  readonly type: 'RUN_ACTOR_TASK';
  readonly actorTaskId: string;
  /** Its fields override those of the task's input. */
  readonly input?: Item | undefined;
}

/** Actions of one type that a schedule may have, as on the platform. */
const mostActions = 10;

const defaults = {
  timezone: 'UTC',
  isEnabled: false,
  isExclusive: false,
  notifications: { email: true },
  actions: [],
} as const satisfies Partial<ScheduleSettings>;

/**
 * Reads the body of a request that creates or changes a schedule. Null stands for no value.
 * @param before what absent fields are taken from
 * @throws RefusedRequestError
 */
export function readSchedule(body: Item, before: Partial<ScheduleSettings> = {}): ScheduleSettings & { readonly name?: string } {
  const given: Item = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const text = (field: 'title' | 'description'): string | undefined =>
    Object.hasOwn(body, field) ? acceptText(field, given[field]) : before[field];
  const toggle = (field: 'isEnabled' | 'isExclusive'): boolean => {
    const value = given[field] ?? before[field] ?? defaults[field];
    if (typeof value !== 'boolean') throw invalidBody(`${field}: got ${kindOf(value)}, expected true or false`);
    return value;
  };
  const name = acceptText('name', given.name, nameRule, isName);
  const timezone = acceptText('timezone', given.timezone) ?? before.timezone ?? defaults.timezone;
  const cronExpression = acceptText('cronExpression', given.cronExpression) ?? before.cronExpression;
  if (cronExpression === undefined)
    throw invalidBody('cronExpression: got nothing, expected a cron expression such as 0 8 * * *');
  const problem = cronProblem(cronExpression, timezone);
  if (problem !== undefined) throw invalidBody(problem);
  const email = isItem(given.notifications) ? given.notifications.email : undefined;
  return {
    ...(name !== undefined && { name }),
    title: text('title'),
    description: text('description'),
    ...{ cronExpression, timezone, isEnabled: toggle('isEnabled'), isExclusive: toggle('isExclusive') },
    notifications: typeof email === 'boolean' ? { email } : (before.notifications ?? defaults.notifications),
    actions: given.actions === undefined ? (before.actions ?? defaults.actions) : readActions(given.actions),
  };
}

function readActions(given: Json): readonly ScheduleAction[] {
  if (!Array.isArray(given)) throw invalidBody(`actions: got ${kindOf(given)}, expected a list`);
  const actions = given.map((action, at) => readAction(action, `actions[${at}]`));
  for (const wanted of ['RUN_ACTOR', 'RUN_ACTOR_TASK']) {
    const count = actions.filter(({ type }) => type === wanted).length;
    if (count > mostActions) throw invalidBody(`actions: got ${count} of type ${wanted}, expected at most ${mostActions}`);
  }
  return actions;
}

function readAction(given: Json, place: string): ScheduleAction {
  if (!isItem(given)) throw invalidBody(`${place}: got ${kindOf(given)}, expected an object`);
  const id = acceptText(`${place}.id`, given.id ?? undefined) ?? newId();
  const needed = (field: string): string => {
    const value = acceptText(`${place}.${field}`, given[field] ?? undefined);
    if (value === undefined) throw invalidBody(`${place}.${field}: got nothing, expected an id`);
    return value;
  };
  const object = (field: string): Item | undefined => {
    const value = given[field] ?? undefined;
    if (value !== undefined && !isItem(value)) throw invalidBody(`${place}.${field}: got ${kindOf(value)}, expected an object`);
    return value;
  };
  if (given.type === 'RUN_ACTOR') {
    const runInput = object('runInput');
    const runOptions = object('runOptions');
    return {
      ...{ id, type: 'RUN_ACTOR', actorId: needed('actorId') },
      ...(runInput && { runInput: readRunInput(runInput, `${place}.runInput`) }),
      ...(runOptions && { runOptions: readOptions(runOptions, `${place}.runOptions`) }),
    };
  }
  if (given.type === 'RUN_ACTOR_TASK') {
    const input = object('input');
    return { id, type: 'RUN_ACTOR_TASK', actorTaskId: needed('actorTaskId'), ...(input && { input }) };
  }
  throw invalidBody(`${place}.type: got ${JSON.stringify(given.type ?? null)}, expected RUN_ACTOR or RUN_ACTOR_TASK`);
}

function readOptions(options: Item, place: string): OptionSettings | undefined {
  try {
    return readTaskChanges({ options }).options;
  } catch (error) {
    if (!(error instanceof InvalidParameterError)) throw error;
    throw invalidBody(error.message.replace('options', place));
  }
}

function readRunInput(given: Item, place: string): RunActor['runInput'] {
  const body = acceptText(`${place}.body`, given.body ?? undefined);
  const contentType = acceptText(`${place}.contentType`, given.contentType ?? undefined);
  if (body !== undefined && isJson(contentType) && jsonObjectOf(body) === undefined) {
    throw invalidBody(`${place}.body: got text that is no JSON object, expected one, or another contentType`);
  }
  return { body, contentType };
}

/** Whether the text of an input is JSON; it is unless its type says otherwise. */
export function isJson(contentType = 'application/json'): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(contentType.trim());
}

export function jsonObjectOf(text: string): Item | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isItem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
