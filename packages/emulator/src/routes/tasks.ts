import { InvalidParameterError, type Item, isItem } from '@dataset-items/query-pipeline';
import { presentListedTask, presentTask } from '../actors/present.js';
import { readTaskChanges, type Task, type TaskChanges } from '../actors/task.js';
import { enveloped, json, nothing } from '../answers.js';
import { invalidBody, kindOf, readJson, readJsonObject } from '../request-body.js';
import type { Run } from '../runs/run.js';
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
    takes: { media: 'application/json', summary: `\`actId\` (an id or a name), and ${fields}`, required: true },
    status: 201,
    answers: 'Task',
    answer: async ({ request, origin, services: { catalog } }) => {
      const { actId, ...body } = await readJsonObject(request);
      if (typeof actId !== 'string') throw invalidBody(`actId: got ${kindOf(actId)}, expected the id of an actor`);
      const actor = catalog.actor(actId);
      if (actor === undefined) throw notFound('Actor');
      const task = await refusing(async () => catalog.createTask(actor, changesOf(body)));
      const headers = { location: `${origin}/v2/actor-tasks/${task.id}` };
      return enveloped(presentTask(task, { totalRuns: 0 }), { status: 201, headers });
    },
  }),
  route({
    method: 'GET',
    path,
    operation: 'actorTask_get',
    summary: 'Get a task',
    answers: 'Task',
    answer: (call) => presented(call, taskOf(call)),
  }),
  route({
    method: 'PUT',
    path,
    operation: 'actorTask_put',
    summary: 'Change a task',
    takes: { media: 'application/json', summary: `Any of ${fields}`, required: true },
    answers: 'Task',
    differs: 'a task of `emulator.json` is changed until that file is read again',
    answer: async (call) => {
      const { id } = taskOf(call);
      return presented(call, await changed(call, id, changesOf(await readJsonObject(call.request))));
    },
  }),
  route({
    method: 'DELETE',
    path,
    operation: 'actorTask_delete',
    summary: 'Delete a task',
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
    sends: ['application/json'],
    answer: (call) => json(taskOf(call).input ?? {}),
  }),
  route({
    method: 'PUT',
    path: `${path}/input`,
    operation: 'actorTask_input_put',
    summary: 'Change fields of the input of a task',
    takes: { media: 'application/json', summary: 'An object; what it does not hold stays as it is', required: true },
    sends: ['application/json'],
    answer: async (call) => {
      const { id, input: before = {} } = taskOf(call);
      const given = await readJson(call.request);
      if (!isItem(given)) throw invalidBody(`got ${kindOf(given)}, expected a JSON object`);
      const { input = {} } = await changed(call, id, { input: { ...before, ...given } });
      return json(input);
    },
  }),
];

/** @throws RefusedRequestError */
export function taskOf({ services, segment }: Pick<Call, 'services' | 'segment'>): Task {
  const task = services.catalog.task(segment('actorTaskId'));
  if (task === undefined) throw notFound('Actor task');
  return task;
}

function presented({ services: { runs } }: Call, task: Task): Response {
  return enveloped(presentTask(task, countsOf(runs.list(), task)));
}

async function changed({ services: { catalog } }: Call, id: string, changes: TaskChanges): Promise<Task> {
  const task = await refusing(() => catalog.updateTask(id, changes));
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
    throw ofBody(error);
  });
}

/** A field of a body is no parameter. */
function ofBody(error: unknown): unknown {
  return error instanceof InvalidParameterError ? invalidBody(error.message) : error;
}

function countsOf(runs: readonly Run[], { id }: Task): { totalRuns: number } {
  return { totalRuns: runs.filter(({ actorTaskId }) => actorTaskId === id).length };
}
