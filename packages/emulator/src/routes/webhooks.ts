import { type Arguments, InvalidParameterError, type Item, isItem } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { invalidBody, kindOf, readJsonObject } from '../request-body.js';
import { commitStaged } from '../store/staged.js';
import { userId } from '../user.js';
import { readWebhook, type WebhookDispatch } from '../webhooks/index.js';
import { presentListedWebhook, presentWebhook } from '../webhooks/present.js';
import type { KeptWebhook, WantedWebhook, WebhookCondition } from '../webhooks/webhooks.js';
import { actorOf } from './actors.js';
import { acceptText } from './names.js';
import { pageOf, pagingParameters } from './paging.js';
import { type Call, notFound, type Route, route } from './route.js';
import { taskOf } from './tasks.js';

const path = '/v2/webhooks/:webhookId';
const takes = {
  media: 'application/json',
  summary: 'The webhook: `eventTypes`, `condition` (an actor, a task or a run), `requestUrl` and others',
  required: true,
};
const countsDiffer = 'statistics count the last 1,000 dispatches of all webhooks';

/** Webhooks and their dispatches. */
export const webhookRoutes: readonly Route[] = [
  listRoute('/v2/webhooks', 'webhooks', 'all webhooks', () => () => true),
  route({
    method: 'POST',
    path: '/v2/webhooks',
    operation: 'webhooks_post',
    summary: 'Create a webhook, or get the one with the same `idempotencyKey`',
    does: 'writes',
    takes,
    status: 201,
    answers: 'Webhook',
    answer: async (call) => {
      const webhook = await call.services.webhooks.create(readWanted(call, await readJsonObject(call.request)));
      const headers = { location: `${call.origin}/v2/webhooks/${webhook.id}` };
      return presented(call, webhook, { status: 201, headers });
    },
  }),
  route({
    method: 'GET',
    path,
    operation: 'webhook_get',
    summary: 'Get a webhook',
    does: 'reads',
    answers: 'Webhook',
    differs: countsDiffer,
    answer: (call) => presented(call, webhookOf(call)),
  }),
  route({
    method: 'PUT',
    path,
    operation: 'webhook_put',
    summary: 'Change a webhook',
    does: 'writes',
    takes: { ...takes, summary: 'Any of its fields; absent ones are not changed' },
    answers: 'Webhook',
    answer: async (call) => {
      const { id, ...before } = webhookOf(call);
      const given = withoutNulls(await readJsonObject(call.request));
      const { idempotencyKey: _, ...changes } = readWanted(call, { ...JSON.parse(JSON.stringify(before)), ...given });
      const webhook = await call.services.webhooks.update(id, changes);
      if (webhook === undefined) throw notFound('Webhook');
      return presented(call, webhook);
    },
  }),
  route({
    method: 'DELETE',
    path,
    operation: 'webhook_delete',
    summary: 'Delete a webhook',
    does: 'writes',
    status: 204,
    answer: async (call) => {
      await call.services.webhooks.remove(webhookOf(call).id);
      return nothing();
    },
  }),
  route({
    method: 'POST',
    path: `${path}/test`,
    operation: 'webhook_test_post',
    summary: 'Send a webhook with the event TEST',
    does: 'writes',
    status: 201,
    answers: 'WebhookDispatch',
    answer: async (call) => {
      const { dispatcher, database } = call.services;
      const webhook = webhookOf(call);
      const eventData = { actorId: actorIdOf(call, webhook.condition), ...JSON.parse(JSON.stringify(webhook.condition)) };
      const event = { eventType: 'TEST', createdAt: new Date(), userId, eventData, resource: {} } as const;
      const [dispatch] = await commitStaged(database, dispatcher.stage([{ ...webhook, eventTypes: ['TEST'] }], event));
      return enveloped(dispatch, { status: 201 });
    },
  }),
  dispatchesRoute(`${path}/dispatches`, 'webhook_dispatches', 'dispatches of a webhook', (call) => {
    const { id } = webhookOf(call);
    return ({ webhookId }) => webhookId === id;
  }),
  dispatchesRoute('/v2/webhook-dispatches', 'webhookDispatches', 'all dispatches of webhooks', () => () => true),
  route({
    method: 'GET',
    path: '/v2/webhook-dispatches/:dispatchId',
    operation: 'webhookDispatch_get',
    summary: 'Get a dispatch of a webhook',
    does: 'reads',
    answers: 'WebhookDispatch',
    answer: ({ services, segment }) => {
      const dispatch = services.dispatcher.list().find(({ id }) => id === segment('dispatchId'));
      if (dispatch === undefined) throw notFound('Webhook dispatch');
      return enveloped(dispatch);
    },
  }),
  listRoute('/v2/actors/:actorId/webhooks', 'actor_webhooks', 'webhooks of an actor', (call) => {
    const { id } = actorOf(call);
    return ({ condition }) => condition.actorId === id;
  }),
  listRoute('/v2/actor-tasks/:actorTaskId/webhooks', 'actorTask_webhooks', 'webhooks of a task', (call) => {
    const { id } = taskOf(call);
    return ({ condition }) => condition.actorTaskId === id;
  }),
];

function listRoute(
  at: string,
  operation: string,
  what: string,
  wantedOf: (call: Call) => (webhook: KeptWebhook) => boolean,
): Route {
  return pagedRoute({ path: at, operation, what, answers: 'ListOfWebhooks', differs: countsDiffer }, (call, paging) => {
    const dispatches = call.services.dispatcher.list();
    const all = call.services.webhooks.list().filter(wantedOf(call));
    return pageOf(all, paging, (webhook) => presentListedWebhook(webhook, dispatches));
  });
}

function dispatchesRoute(
  at: string,
  operation: string,
  what: string,
  wantedOf: (call: Call) => (dispatch: WebhookDispatch) => boolean,
): Route {
  const shown = { path: at, operation, what, answers: 'ListOfWebhookDispatches', differs: 'the last 1,000 are kept' };
  return pagedRoute(shown, (call, paging) => {
    const all = call.services.dispatcher.list().toReversed().filter(wantedOf(call));
    return pageOf(all, paging, (dispatch) => dispatch);
  });
}

interface Paged {
  readonly path: string;
  readonly operation: string;
  readonly what: string;
  readonly answers: string;
  readonly differs: string;
}

function pagedRoute(
  { operation, what, ...shown }: Paged,
  page: (call: Call, paging: Arguments<typeof pagingParameters>) => unknown,
): Route {
  return route({
    ...shown,
    method: 'GET',
    operation: `${operation}_get`,
    summary: `List ${what}, the oldest first`,
    does: 'reads',
    parameters: pagingParameters,
    answer: (call, paging) => enveloped(page(call, paging)),
  });
}

/** @throws RefusedRequestError */
function webhookOf({ services, segment }: Call): KeptWebhook {
  const webhook = services.webhooks.get(segment('webhookId'));
  if (webhook === undefined) throw notFound('Webhook');
  return webhook;
}

function presented({ services }: Call, webhook: KeptWebhook, options: Parameters<typeof enveloped>[1] = {}): Response {
  return enveloped(presentWebhook(webhook, services.dispatcher.list()), options);
}

/** @throws RefusedRequestError */
function readWanted(call: Call, body: Item): WantedWebhook {
  const given = withoutNulls(body);
  const condition = readCondition(call, given.condition);
  const { allowPrivateWebhooks: allowPrivate = false } = call.services.options;
  const isAdHoc = given.isAdHoc ?? condition.actorRunId !== undefined;
  if (typeof isAdHoc !== 'boolean') throw invalidBody(`isAdHoc: got ${kindOf(isAdHoc)}, expected true or false`);
  try {
    return {
      ...readWebhook(given, '', { allowPrivate }),
      condition,
      isAdHoc,
      description: acceptText('description', given.description),
      idempotencyKey: acceptText('idempotencyKey', given.idempotencyKey),
    };
  } catch (error) {
    throw error instanceof InvalidParameterError ? invalidBody(error.message) : error;
  }
}

/** The ids of what a condition names. @throws RefusedRequestError if it names nothing, or what does not exist */
function readCondition({ services: { catalog, runs } }: Call, given: unknown): WebhookCondition {
  if (!isItem(given)) throw invalidBody('condition: got no object, expected one with actorId, actorTaskId or actorRunId');
  const find = (field: string, idOf: (id: string) => string | undefined): string | undefined => {
    const wanted = acceptText(`condition.${field}`, given[field] ?? undefined);
    if (wanted === undefined) return undefined;
    const id = idOf(wanted);
    if (id === undefined) throw invalidBody(`condition.${field}: got ${JSON.stringify(wanted)}, expected one that exists`);
    return id;
  };
  const condition = {
    actorId: find('actorId', (id) => catalog.actor(id)?.id),
    actorTaskId: find('actorTaskId', (id) => catalog.task(id)?.id),
    actorRunId: find('actorRunId', (id) => runs.get(id)?.id),
  };
  if (Object.values(condition).every((id) => id === undefined)) {
    throw invalidBody('condition: got an empty object, expected actorId, actorTaskId or actorRunId');
  }
  return condition;
}

/** The actor of what a condition names. */
function actorIdOf({ services: { catalog, runs } }: Call, { actorId, actorTaskId, actorRunId }: WebhookCondition): string {
  return actorId ?? catalog.task(actorTaskId ?? '')?.actorId ?? runs.get(actorRunId ?? '')?.actorId ?? '';
}

/** Null stands for no value. */
function withoutNulls(body: Item): Item {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
