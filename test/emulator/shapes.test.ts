import { createEmulator } from 'dataset-items/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { routes } from '../../packages/emulator/src/routes/index.js';
import type { FunctionCall } from '../../packages/emulator/src/runs/work.js';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { checked, endpointOf, takeDifferences } from './checked-answers.js';

const wait = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
const shop = async ({ pushData, setValue }: FunctionCall) => {
  await pushData([{ price: 1, name: null }, { price: 2.5 }, { '#hidden': [] }]);
  await setValue('OUTPUT', { a: 1 });
};
const pricing = {
  pricingModel: 'PAY_PER_EVENT',
  pricingPerEvent: { actorChargeEvents: { page: { eventTitle: 'Page', eventPriceUsd: 0.01 } } },
} as const;
const emulatorOptions = {
  actors: { shop, endless: { run: wait, pricing } },
  tasks: { daily: { actor: 'shop', input: { a: 1 } }, endless: { actor: 'endless' } },
  allowPrivateWebhooks: true,
};

const json = { 'content-type': 'application/json' };
const schema = { actorSpecification: 1, fields: { properties: { price: { type: 'number' } } }, views: {} };
const schedule = {
  cronExpression: '@yearly',
  actions: [
    { type: 'RUN_ACTOR', actorId: 'shop', runInput: { body: '{}' }, runOptions: { memoryMbytes: 128 } },
    { type: 'RUN_ACTOR_TASK', actorTaskId: 'daily', input: { a: 1 } },
  ],
};
const webhook = { eventTypes: ['TEST'], requestUrl: 'http://127.0.0.1:9/', condition: { actorId: 'shop' } };

/** `POST /v2/x`, its body, and the name under which the id in its answer is kept for the `{name}` of later requests. */
type Row = readonly [line: string, body?: unknown, kept?: string];

const storagesOf = (run: string): Row[] => [
  [`GET ${run}/dataset`],
  [`GET ${run}/dataset/items`],
  [`POST ${run}/dataset/items`, { a: 1 }],
  [`GET ${run}/dataset/statistics`],
  ...recordRows(`${run}/key-value-store`),
  ...queueRows(`${run}/request-queue`),
  [`DELETE ${run}/dataset`],
  [`DELETE ${run}/key-value-store`],
  [`DELETE ${run}/request-queue`],
  [`GET ${run}/log`],
];

const recordRows = (store: string): Row[] => [
  [`GET ${store}`],
  [`PUT ${store}/records/a`, { b: 1 }],
  [`POST ${store}/records/c`, { b: 1 }],
  [`GET ${store}/records/a`],
  [`GET ${store}/keys`],
  [`GET ${store}/keys?limit=1`],
  [`GET ${store}/records`],
  [`DELETE ${store}/records/a`],
];

const queueRows = (queue: string): Row[] => [
  [`GET ${queue}`],
  [`POST ${queue}/requests`, { url: 'http://a/1', uniqueKey: '1', userData: { b: [] }, headers: { c: 'd' } }, 'request'],
  [`POST ${queue}/requests/batch`, [{ url: 'http://a/2', uniqueKey: '2' }]],
  [`GET ${queue}/requests`],
  [`GET ${queue}/requests?limit=1`],
  [`GET ${queue}/head`],
  [`POST ${queue}/head/lock?lockSecs=600&clientKey=me`],
  [`PUT ${queue}/requests/{request}/lock?lockSecs=600&clientKey=me`],
  [`DELETE ${queue}/requests/{request}/lock?clientKey=me`],
  [`POST ${queue}/requests/unlock?clientKey=me`],
  [`GET ${queue}/requests/{request}`],
  [
    `PUT ${queue}/requests/{request}`,
    { id: '{request}', url: 'http://a/1', uniqueKey: '1', handledAt: '2026-11-28T00:00:00.000Z' },
  ],
  [`DELETE ${queue}/requests/batch`, [{ uniqueKey: '2' }]],
  [`DELETE ${queue}/requests/{request}`],
];

const buildRows = (builds: string): Row[] => [
  [`GET ${builds}`],
  [`GET ${builds}/{build}`],
  [`GET ${builds}/{build}/openapi.json`],
];

/** Sent to one emulator in this order. */
const rows: readonly Row[] = [
  ['POST /v2/datasets?name=empty'],
  ['POST /v2/datasets?name=empty'],
  ['POST /v2/datasets?name=full', { schema, title: 'Full' }],
  ['POST /v2/datasets'],
  ['GET /v2/datasets/empty/statistics'],
  ['POST /v2/datasets/full/items', [{ price: 1, name: null }, { price: 2.5 }, { '#hidden': [] }]],
  ['GET /v2/datasets/full/items'],
  ['GET /v2/datasets/full/items?format=xlsx'],
  ['GET /v2/datasets/empty'],
  ['PUT /v2/datasets/full', { name: 'fuller', schema: null }],
  ['GET /v2/datasets/fuller/statistics'],
  ['GET /v2/datasets'],
  ['GET /v2/datasets?unnamed=1&desc=1&limit=2&offset=1'],
  ['GET /v2/datasets?offset=100'],
  ['DELETE /v2/datasets/empty'],
  ['POST /v2/key-value-stores?name=box'],
  ['POST /v2/key-value-stores'],
  ['PUT /v2/key-value-stores/box', { title: 'Box' }],
  ...recordRows('/v2/key-value-stores/box'),
  ['GET /v2/key-value-stores?unnamed=1'],
  ['DELETE /v2/key-value-stores/box'],
  ['POST /v2/request-queues?name=links'],
  ['POST /v2/request-queues'],
  ['PUT /v2/request-queues/links', { title: 'Links' }],
  ...queueRows('/v2/request-queues/links'),
  ['GET /v2/request-queues?unnamed=1'],
  ['DELETE /v2/request-queues/links'],
  ['GET /v2/actors'],
  ['GET /v2/actors/shop'],
  ['GET /v2/actors/endless'],
  ['GET /v2/actors/shop/versions'],
  ['GET /v2/actors/shop/versions/0.0'],
  ['GET /v2/actors/shop/builds/default', undefined, 'build'],
  ...buildRows('/v2/actors/shop/builds'),
  ...buildRows('/v2/actor-builds'),
  ['GET /v2/actor-builds/{build}/log'],
  ['POST /v2/actors/shop/validate-input', {}],
  ['GET /v2/store'],
  ['GET /v2/store?search=none'],
  ['POST /v2/actor-tasks', { actId: 'shop', name: 'weekly', options: { memoryMbytes: 256 } }],
  ['GET /v2/actor-tasks'],
  ['GET /v2/actor-tasks/weekly'],
  ['PUT /v2/actor-tasks/weekly', { title: 'Every week', input: { a: 1 } }],
  ['GET /v2/actor-tasks/weekly/input'],
  ['PUT /v2/actor-tasks/weekly/input', { b: 2 }],
  ['POST /v2/webhooks', webhook, 'webhook'],
  ['POST /v2/webhooks', { ...webhook, idempotencyKey: 'once' }],
  ['POST /v2/webhooks', { ...webhook, idempotencyKey: 'once' }],
  ['GET /v2/webhooks/{webhook}'],
  ['PUT /v2/webhooks/{webhook}', { description: 'First' }],
  ['POST /v2/webhooks/{webhook}/test', undefined, 'dispatch'],
  ['GET /v2/webhook-dispatches/{dispatch}'],
  ['GET /v2/webhook-dispatches'],
  ['GET /v2/webhooks/{webhook}/dispatches'],
  ['GET /v2/webhooks'],
  ['GET /v2/actors/shop/webhooks'],
  ['GET /v2/actor-tasks/daily/webhooks'],
  ['POST /v2/schedules', schedule, 'schedule'],
  ['POST /v2/schedules', { cronExpression: '@daily' }],
  ['GET /v2/schedules'],
  ['GET /v2/schedules/{schedule}'],
  ['PUT /v2/schedules/{schedule}', { title: 'Each year', isEnabled: true }],
  ['POST /_emulator/schedules/advance?seconds=31622400'],
  ['GET /v2/schedules/{schedule}'],
  ['GET /v2/schedules/{schedule}/log'],
  ['DELETE /v2/schedules/{schedule}'],
  ['POST /v2/actors/shop/runs?waitForFinish=60'],
  ['POST /v2/actor-tasks/daily/runs?waitForFinish=60'],
  ...(['actors/shop', 'actor-tasks/daily'] as const).flatMap((at): Row[] => [
    [`GET /v2/${at}/run-sync`],
    [`POST /v2/${at}/run-sync`],
    [`GET /v2/${at}/run-sync-get-dataset-items`],
    [`POST /v2/${at}/run-sync-get-dataset-items`],
    [`GET /v2/${at}/runs`],
    [`GET /v2/${at}/runs/last`, undefined, 'run'],
  ]),
  ['GET /v2/actors/shop/runs/{run}'],
  ['GET /v2/actor-runs/{run}'],
  ['GET /v2/actor-runs'],
  ['PUT /v2/actor-runs/{run}', { statusMessage: 'Done' }],
  ['GET /v2/logs/{run}'],
  ...storagesOf('/v2/actors/shop/runs/last'),
  ['POST /v2/actors/shop/runs?waitForFinish=60', undefined, 'run'],
  ...storagesOf('/v2/actor-runs/{run}'),
  ['POST /v2/actor-runs/{run}/resurrect'],
  ['GET /v2/actor-runs/{run}?waitForFinish=60'],
  ['POST /v2/actors/shop/runs/{run}/resurrect'],
  ['GET /v2/actor-runs/{run}?waitForFinish=60'],
  ['DELETE /v2/actor-runs/{run}'],
  ['POST /v2/actor-tasks/daily/runs?waitForFinish=60'],
  ...storagesOf('/v2/actor-tasks/daily/runs/last'),
  ...[
    '/v2/actors/endless/runs/last',
    '/v2/actor-tasks/endless/runs/last',
    '/v2/actor-runs/{run}',
    '/v2/actors/endless/runs/{run}',
  ].flatMap((run): Row[] => [
    ['POST /v2/actor-tasks/endless/runs', {}, 'run'],
    ['POST /v2/actor-runs/{run}/charge', { eventName: 'page', count: 1 }],
    ['GET /v2/actor-runs/{run}'],
    ...(run === '/v2/actors/endless/runs/{run}' ? [] : ([[`POST ${run}/reboot`]] as const)),
    [`POST ${run}/metamorph?targetActorId=endless`, {}],
    [`POST ${run}/abort`],
    ['GET /v2/actor-runs/{run}?waitForFinish=60'],
  ]),
  ['DELETE /v2/actor-tasks/weekly'],
  ['DELETE /v2/webhooks/{webhook}'],
  ['GET /v2/users/me'],
  ['GET /v2/users/emulator'],
  ['GET /v2/users/me/limits'],
  ['GET /v2/users/me/usage/monthly'],
];

/** Their answers are what an actor stored, whatever that is, and streams if it is long. */
const withoutShape = ['run-sync', 'run-sync-get-dataset-items'].flatMap((end) =>
  ['/v2/actor-tasks/:actorTaskId', '/v2/actors/:actorId'].flatMap((at) => [`GET ${at}/${end}`, `POST ${at}/${end}`]),
);

it('every endpoint that is served answers in the shape of the API', async () => {
  const emulator = await createEmulator(emulatorOptions);
  onTestFinished(() => emulator.close());
  const ask = asking((request) => emulator.fetch(request), 'http://localhost:4040');
  const ids = new Map<string, string>();
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (all, name: string) => ids.get(name) ?? all);
  for (const [line, sent, kept] of rows) {
    const body = sent === undefined ? undefined : filled(JSON.stringify(sent));
    const { status, body: came } = await ask(filled(line), body, body === undefined ? {} : json);
    expect([line, status < 300 || came, takeDifferences()]).toEqual([line, true, []]);
    if (kept !== undefined) ids.set(kept, came.data.id ?? came.data.requestId);
  }
  const served = routes.filter(({ path }) => path.startsWith('/v2/'));
  expect(served.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(withoutShape));
  const unchecked = served.filter(({ method, path }) => !checked.has(endpointOf(method, path)?.line ?? ''));
  const lines = unchecked.map(({ method, path }) => `${method} ${path}`);
  expect(lines.filter((line) => !withoutShape.includes(line))).toEqual([]);
});

it.each<[line: string, body?: unknown]>([
  ['GET /v2/datasets/none'],
  ['GET /v2/datasets?limit=x'],
  ['POST /v2/datasets?name=a%20b'],
  ['PATCH /v2/datasets'],
  ['GET /v2/browser-info'],
  ['GET /v2/nowhere'],
])('the refusal of %s has the shape of the API', async (line, body) => {
  const emulator = await createEmulator();
  onTestFinished(() => emulator.close());
  const { status } = await asking((request) => emulator.fetch(request), 'http://localhost:4040')(line, body);
  expect([status >= 400, takeDifferences()]).toEqual([true, []]);
});
