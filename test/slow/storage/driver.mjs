import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEmulator } from '../../../packages/emulator/dist/index.js';

// Uses a storage in every way, six clients at once, until it has done so much or is killed. A line before each piece of work tells
// what it is (B), one after it how it went: acknowledged (A) or refused (F). A change of `*` is one of everything there is.
const [directory, fsync, first, count] = process.argv.slice(2);
/** Runs whose function has ended. */
const ended = new Set();
const actorChargeEvents = { page: { eventTitle: 'Page', eventPriceUsd: 0.01 } };
const emulator = await createEmulator({
  storage: directory,
  fsync,
  actors: {
    shop: async ({ runId }) => void ended.add(runId),
    paid: {
      run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
      pricing: { pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents } },
    },
    several: { command: ['true'], folder: fileURLToPath(new URL('actor', import.meta.url)), mode: 'local' },
  },
  allowPrivateWebhooks: true,
  webhookRetries: { retries: 0, retryDelay: 1 },
  onNotice() {},
  onFailure() {},
  retention: { maxRuns: 1_000_000 },
});
const say = (kind, what) => writeSync(1, `${kind} ${JSON.stringify(what)}\n`);
const ask = async (line, body, type = 'application/json', more = {}) => {
  const [method, path] = line.split(' ');
  const headers = { 'content-type': type, ...more };
  const sent = body === undefined ? {} : { headers, body: Buffer.isBuffer(body) ? body : JSON.stringify(body) };
  const response = await emulator.fetch(new Request(`http://localhost${path}`, { method, ...sent }));
  const text = await response.text();
  if (response.status >= 400) throw Object.assign(new Error(text), { status: response.status });
  return text === '' ? undefined : JSON.parse(text).data;
};
/** Deletes a run, also where it takes its time; one whose function has ended is not refused as running. */
const removeRun = async (id) => {
  for (let isOver = false; ; ) {
    try {
      await ask(`DELETE /v2/actor-runs/${id}`);
      return;
    } catch (error) {
      if (isOver || !/cannot-remove-running-run/.test(error.message)) throw error;
    }
    isOver = ended.has(id);
    await ask(`GET /v2/actor-runs/${id}?waitForFinish=5`);
  }
};
/** Aborts a run, also where the disk is full for now: a run that goes on takes one of eight turns, and others wait for it. */
const abortRun = async (id) => {
  for (let left = 3000; left > 0; left--) {
    try {
      return await ask(`POST /v2/actor-runs/${id}/abort`);
    } catch (error) {
      if (!(error.status >= 500)) return undefined;
    }
    await setTimeout(20);
  }
  throw new Error(`Cannot abort run ${id} within 60 s.`);
};
/** What an entity becomes: told before and after. */
const change = async (entity, value, work) => {
  say('B', [entity, value]);
  try {
    const more = await work();
    say('A', [entity, value, more]);
    return more;
  } catch (error) {
    if (!(error.status >= 500) && !/job-finished/.test(error.message)) throw error;
    say('F', [entity, value, error.message]);
    return undefined;
  }
};
/** The same charge twice at once counts once. */
const chargeTwice = async (id, count, key) => {
  const charge = () =>
    ask(`POST /v2/actor-runs/${id}/charge`, { eventName: 'page', count }, 'application/json', { 'idempotency-key': key });
  const outcomes = await Promise.allSettled([charge(), charge()]);
  if (outcomes.every(({ status }) => status === 'rejected')) throw outcomes[0].reason;
  return true;
};
const getOrCreate = async (kind, name) => (await ask(`POST /v2/${kind}?name=${name}`)).id;
const hooks = Buffer.from(JSON.stringify([{ eventTypes: ['ACTOR.RUN.CREATED'], requestUrl: 'http://127.0.0.1:9/' }])).toString(
  'base64',
);
const withHooks = `webhooks=${encodeURIComponent(hooks)}`;
// Before one start in four everything is reset.
if ((Number(first) / 1000) % 4 === 2) await change('*', null, () => ask('POST /_emulator/reset'));
const names = [];
for (const [kind, name] of [
  ['datasets', 'one'],
  ['datasets', 'two'],
  ['key-value-stores', 'pages'],
  ['request-queues', 'links'],
]) {
  names.push(await getOrCreate(kind, name).catch(() => undefined));
}
say('S', []);
const [one, two, pages, links] = names;
let next = Number(first);
const last = next + Number(count);
const value = (n) => (n % 7 === 0 ? `${n} ${'x'.repeat(300_000)}` : `${n} ${'y'.repeat((n * 37) % 3000)}`);
const works = [
  async (n) => {
    const size = 1 + (n % 4);
    const items = Array.from({ length: size }, (_, part) => ({ push: n, part, size, text: 'x'.repeat((n * 37) % 2000) }));
    await change(`push ${n}`, 'there', () => ask(`POST /v2/datasets/${n % 2 ? one : two}/items`, items).then(() => undefined));
  },
  async (n, client) => {
    const key = `k${client}-${n % 9}`;
    if (n % 5 === 4)
      await change(`record ${key}`, null, () => ask(`DELETE /v2/key-value-stores/${pages}/records/${key}`).then(() => undefined));
    else
      await change(`record ${key}`, String(n), () =>
        ask(`PUT /v2/key-value-stores/${pages}/records/${key}`, Buffer.from(value(n)), 'text/plain').then(() => undefined),
      );
  },
  async (n) => {
    const url = `http://${n}/`;
    const placed = await change(
      `request ${url}`,
      'waiting',
      async () =>
        (await ask(`POST /v2/request-queues/${links}/requests?forefront=${n % 3 === 0 ? 1 : 0}`, { url, uniqueKey: url }))
          .requestId,
    );
    if (placed === undefined) return;
    await ask(`POST /v2/request-queues/${links}/head/lock?limit=2&lockSecs=1`).catch(() => undefined);
    if (n % 2)
      await change(`request ${url}`, 'handled', () =>
        ask(`PUT /v2/request-queues/${links}/requests/${placed}`, {
          id: placed,
          url,
          uniqueKey: url,
          handledAt: '2030-01-01T00:00:00.000Z',
        }).then(() => undefined),
      );
    if (n % 3 === 0)
      await change(`request ${url}`, null, () =>
        ask(`DELETE /v2/request-queues/${links}/requests/${placed}`).then(() => undefined),
      );
  },
  async (n) => {
    const id = await change(
      `task t${n}`,
      'there',
      async () => (await ask('POST /v2/actor-tasks', { actId: 'shop', name: `t${n}` })).id,
    );
    if (id === undefined) return;
    if (n % 3 === 0)
      await change(`task t${n}`, 'titled', () =>
        ask(`PUT /v2/actor-tasks/${id}`, { title: 'titled', input: { n } }).then(() => undefined),
      );
    if (n % 2) await change(`task t${n}`, null, () => ask(`DELETE /v2/actor-tasks/${id}`).then(() => undefined));
  },
  async (n) => {
    const id = await change(
      `run ${n}`,
      'there',
      async () => (await ask(`POST /v2/acts/shop/runs?waitForFinish=5&${withHooks}`, { n })).id,
    );
    if (id !== undefined && n % 2) await change(`run ${n}`, null, () => removeRun(id).then(() => id));
  },
  async (n) => {
    const id = await change(`dataset x${n}`, 'there', () => getOrCreate('datasets', `x${n}`));
    if (id === undefined) return;
    await ask(`POST /v2/datasets/${id}/items`, [{ n }, { n }, { n }]).catch(() => undefined);
    if (n % 3 === 0)
      await change(`dataset x${n}`, 'titled', () => ask(`PUT /v2/datasets/${id}`, { title: 'titled' }).then(() => undefined));
    if (n % 2) await change(`dataset x${n}`, null, () => ask(`DELETE /v2/datasets/${id}`).then(() => undefined));
  },
  async (n) => {
    const fields = { eventTypes: ['TEST'], requestUrl: `http://127.0.0.1:9/${n}`, condition: { actorId: 'shop' } };
    const id = await change(`webhook ${n}`, 'there', async () => (await ask('POST /v2/webhooks', fields)).id);
    if (id === undefined) return;
    await change(`dispatch ${n}`, 'there', () => ask(`POST /v2/webhooks/${id}/test`).then(() => undefined));
    if (n % 3 === 0)
      await change(`webhook ${n}`, 'once', () => ask(`PUT /v2/webhooks/${id}`, { doNotRetry: true }).then(() => undefined));
    if (n % 2) await change(`webhook ${n}`, null, () => ask(`DELETE /v2/webhooks/${id}`).then(() => undefined));
  },
  async (n) => {
    const id = await change(`run ${n}`, 'there', async () => (await ask(`POST /v2/acts/paid/runs?${withHooks}`, { n })).id);
    if (id === undefined) return;
    const first = 1 + (n % 3);
    const isCharged = await change(`charge ${n}`, `${first}`, () => chargeTwice(id, first, 'a'));
    if (isCharged && n % 2) await change(`charge ${n}`, `${first + 5}`, () => chargeTwice(id, 5, 'b'));
    const isOther =
      n % 5 === 0 &&
      (await change(`metamorph ${n}`, 'there', () =>
        ask(`POST /v2/actor-runs/${id}/metamorph?targetActorId=shop`, { n }).then(() => true),
      ));
    // A run that waits for its turn is refused a metamorph.
    if (!isOther) await abortRun(id);
  },
  async (n) => {
    const fields = {
      name: `s${n}`,
      cronExpression: '0 8 1 1 *',
      isEnabled: true,
      actions: [{ type: 'RUN_ACTOR', actorId: 'shop' }],
    };
    const id = await change(`schedule s${n}`, 'there', async () => (await ask('POST /v2/schedules', fields)).id);
    if (id === undefined) return;
    if (n % 3 === 0)
      await change(`schedule s${n}`, 'titled', () => ask(`PUT /v2/schedules/${id}`, { title: 'titled' }).then(() => undefined));
    if (n % 2) await change(`schedule s${n}`, null, () => ask(`DELETE /v2/schedules/${id}`).then(() => undefined));
  },
  async (n) => {
    const input = { n, secret: `secret ${n}` };
    await change(`run ${n}`, 'there', async () => (await ask(`POST /v2/acts/several/runs?${withHooks}`, input)).id);
  },
];
await Promise.all(
  works.map(async (_, client) => {
    while (next < last) {
      const n = next++;
      await works[(client + n) % works.length](n, client);
    }
  }),
);
// On a full disk the last commit can fail. What was acknowledged must be there all the same.
await emulator.close().catch((error) => {
  if (error.code !== 'unwritable-output') throw error;
});
say('E', []);
