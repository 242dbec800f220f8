import { RefusedRequestError } from '@dataset-items/http';
import { InvalidParameterError, type Item, isItem } from '@dataset-items/query-pipeline';
import { type Actor, defaultBuildOf } from '../actors/actor.js';
import type { OptionSettings } from '../actors/config.js';
import { presentListedTask, presentTask } from '../actors/present.js';
import { readTaskChanges, type Task, type TaskChanges, TaskNameTakenError } from '../actors/task.js';
import { enveloped, json, nothing } from '../answers.js';
import { refusal } from '../refusal.js';
import { invalidBody, kindOf, readJson, readJsonObject } from '../request-body.js';
import type { Run } from '../runs/run.js';
import type { Services } from '../services.js';
import { standbySettingsOf } from '../standby/settings.js';
import { username } from '../user.js';
import { standbyUrl } from '../web-servers/addresses.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';

const path = '/v2/actor-tasks/:actorTaskId';
const fields = '`name`, `title`, `input`, `options`';

export const taskRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/actor-tasks',
    operation: 'actorTasks_get',
    summary: 'List tasks, the oldest first',
    does: 'reads',
    parameters: pagingParameters,
    answers: 'ListOfTasks',
    answer: ({ services: { catalog, runs } }, paging) =>
      enveloped(
        pageOf(catalog.tasks(), paging, (task) =>
          presentListedTask(task, catalog.actor(task.actorId), countsOf(runs.list(), task)),
        ),
      ),
  }),
  route({
    method: 'POST',
    path: '/v2/actor-tasks',
    operation: 'actorTasks_post',
    summary: 'Create a task',
    does: 'writes',
    takes: { media: 'application/json', summary: `\`actId\` (an id or a name), and ${fields}`, required: true },
    status: 201,
    answers: 'Task',
    answer: async ({ request, origin, services }) => {
      const { catalog } = services;
      const { actId, ...body } = await readJsonObject(request);
      if (typeof actId !== 'string') throw invalidBody(`actId: got ${kindOf(actId)}, expected the id of an actor`);
      const actor = catalog.actor(actId);
      if (actor === undefined) throw notFound('Actor');
      const changes = await withoutSecrets(services, actor, {}, changesOf(body));
      const task = await refusing(() => catalog.createTask(actor, changes));
      const headers = { location: `${origin}/v2/actor-tasks/${task.id}` };
      return enveloped(presentTask(task, { totalRuns: 0 }), { status: 201, headers });
    },
  }),
  route({
    method: 'GET',
    path,
    operation: 'actorTask_get',
    summary: 'Get a task',
    does: 'reads',
    answers: 'Task',
    answer: (call) => presented(call, taskOf(call)),
  }),
  route({
    method: 'PUT',
    path,
    operation: 'actorTask_put',
    summary: 'Change a task',
    does: 'writes',
    takes: { media: 'application/json', summary: `Any of ${fields}`, required: true },
    answers: 'Task',
    differs: 'a task of `emulator.json` keeps the change until that file is read again',
    answer: async (call) => {
      return presented(call, await changed(call, taskOf(call), changesOf(await readJsonObject(call.request))));
    },
  }),
  route({
    method: 'DELETE',
    path,
    operation: 'actorTask_delete',
    summary: 'Delete a task',
    does: 'writes',
    status: 204,
    differs: 'a task of `emulator.json` is back when that file is read again',
    answer: async (call) => {
      await call.services.catalog.removeTask(taskOf(call).id);
      return nothing();
    },
  }),
  route({
    method: 'GET',
    path: `${path}/input`,
    operation: 'actorTask_input_get',
    summary: 'Get the input of a task',
    does: 'reads',
    sends: ['application/json'],
    answer: async (call) => json((await shown(call, taskOf(call))).input ?? {}),
  }),
  route({
    method: 'PUT',
    path: `${path}/input`,
    operation: 'actorTask_input_put',
    summary: 'Change fields of the input of a task',
    does: 'writes',
    takes: { media: 'application/json', summary: 'An object; absent fields are not changed', required: true },
    sends: ['application/json'],
    answer: async (call) => {
      const task = taskOf(call);
      const given = await readJson(call.request);
      if (!isItem(given)) throw invalidBody(`got ${kindOf(given)}, expected a JSON object`);
      const next = await changed(call, task, { input: { ...task.input, ...given } });
      return json((await shown(call, next)).input ?? {});
    },
  }),
];

/** @throws RefusedRequestError */
export function taskOf({ services, segment }: Pick<Call, 'services' | 'segment'>): Task {
  const task = services.catalog.task(segment('actorTaskId'));
  if (task === undefined) throw notFound('Actor task');
  return task;
}

async function presented(call: Call, task: Task): Promise<Response> {
  const { catalog, definitionOf, runs } = call.services;
  const actor = catalog.actor(task.actorId);
  const settings = actor && (await standbySettingsOf(actor, definitionOf));
  const name = `${username}~${task.name}`;
  // An actor comes before a task of its name.
  const url = settings && standbyUrl(call.origin, catalog.actor(name) === undefined ? name : task.id);
  return enveloped(presentTask(await shown(call, task), countsOf(runs.list(), task), url));
}

/** The task as answers show it: secret values of a task of `emulator.json` are encrypted only here. */
async function shown({ services: { catalog, inputs } }: Call, task: Task): Promise<Task> {
  if (task.input === undefined) return task;
  return { ...task, input: await inputs.shown(defaultBuildOf(catalog.actor(task.actorId), task.options), task.input) };
}

/** Changes as they are stored: secret values are encrypted. */
async function withoutSecrets(
  { inputs }: Services,
  actor: Actor | undefined,
  options: OptionSettings,
  changes: TaskChanges,
): Promise<TaskChanges> {
  if (changes.input === undefined) return changes;
  const build = defaultBuildOf(actor, changes.options ?? options);
  return { ...changes, input: await inputs.shown(build, changes.input) };
}

async function changed({ services }: Call, { id, actorId, options }: Task, changes: TaskChanges): Promise<Task> {
  const { catalog } = services;
  const stored = await withoutSecrets(services, catalog.actor(actorId), options, changes);
  const task = await refusing(() => catalog.updateTask(id, stored));
  if (task === undefined) throw notFound('Actor task');
  return task;
}

function changesOf(body: Item): TaskChanges {
  try {
    return readTaskChanges(body);
  } catch (error) {
    throw ofBody(error);
  }
}

async function refusing<T>(change: () => Promise<T>): Promise<T> {
  return change().catch((error: unknown) => {
    if (error instanceof TaskNameTakenError) throw new RefusedRequestError(refusal('name-not-unique'), error.message);
    throw ofBody(error);
  });
}

/** The same refusal for a field of the body, which is not a parameter. */
function ofBody(error: unknown): unknown {
  return error instanceof InvalidParameterError ? invalidBody(error.message) : error;
}

function countsOf(runs: readonly Run[], { id }: Task): { totalRuns: number } {
  return { totalRuns: runs.filter(({ actorTaskId }) => actorTaskId === id).length };
}
