import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type EmulatorOptions } from '@dataset-items/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { type Ask, asking, type List } from '../../packages/emulator/src/testing/emulated.js';
import { violations } from './api-schemas.js';

const hour = 3_600_000;
const actors = {
  shop: { fixture: {}, input: { what: 'table', color: 'red' } },
  broken: { fixture: {}, builds: { beta: {} } },
  endless: ({ signal }: { signal: AbortSignal }) =>
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
};
const tasks = { daily: { actor: 'shop', input: { what: 'chair', color: 'blue' } } };

async function started(options: EmulatorOptions = {}): Promise<{ ask: Ask; close(): Promise<void> }> {
  const emulator = await createEmulator({ actors, tasks, ...options } as EmulatorOptions);
  onTestFinished(() => emulator.close());
  return { ask: asking((request) => emulator.fetch(request), 'http://localhost:4040'), close: () => emulator.close() };
}

const runShop = { type: 'RUN_ACTOR', actorId: 'shop' };
const hourly = { name: 'hourly', cronExpression: '0 * * * *', isEnabled: true, isExclusive: false, actions: [runShop] };

/** Creates a schedule, and goes on to its `count`th time. */
async function used(ask: Ask, wanted: object, count: number) {
  const { data } = (await ask('POST /v2/schedules', wanted)).body;
  const last = new Date(Date.parse(data.nextRunAt) + (count - 1) * hour).toISOString();
  const times = Array.from({ length: count }, (_, at) => new Date(Date.parse(data.nextRunAt) + at * hour).toISOString());
  expect((await ask(`POST /_emulator/schedules/advance?to=${last}`)).status).toBe(200);
  const runs = (await ask('GET /v2/actor-runs')).body.data.items;
  const log: List = JSON.parse((await ask(`GET /v2/schedules/${data.id}/log`)).text).data;
  return { id: data.id, times, runs, log, ask };
}

it('created, listed, got, changed, deleted, in the shapes of the API', async () => {
  const { ask } = await started();
  const body = {
    ...hourly,
    title: null,
    timezone: null,
    actions: [runShop, { type: 'RUN_ACTOR_TASK', actorTaskId: 'daily', input: { a: 1 } }],
  };
  const made = await ask('POST /v2/schedules', body);
  expect([made.status, violations('Schedule', made.body.data)]).toEqual([201, []]);
  const { id } = made.body.data;
  expect(made.headers.get('location')).toBe(`http://localhost:4040/v2/schedules/${id}`);
  expect(made.body.data).toMatchObject({ name: 'hourly', timezone: 'UTC', isEnabled: true, lastRunAt: null });
  expect(made.body.data.actions).toMatchObject([{ type: 'RUN_ACTOR' }, { type: 'RUN_ACTOR_TASK', input: { a: 1 } }]);
  expect((await ask('POST /v2/schedules', body)).status).toBe(409);
  const second = await ask('POST /v2/schedules', { cronExpression: '@daily' });
  expect(second.body.data).toMatchObject({ name: 'my-schedule', isEnabled: false, nextRunAt: null, actions: [] });
  const listed = (await ask('GET /v2/schedules?desc=1')).body.data;
  expect([listed.total, violations('ListOfSchedules', listed)]).toEqual([2, []]);
  expect(listed.items.map(({ name }) => name)).toEqual(['my-schedule', 'hourly']);
  const changed = await ask(`PUT /v2/schedules/${id}`, { title: 'Each hour', isEnabled: false });
  expect([changed.status, violations('Schedule', changed.body.data)]).toEqual([200, []]);
  expect((await ask('GET /v2/schedules/hourly')).body.data).toEqual(changed.body.data);
  expect(changed.body.data).toMatchObject({ title: 'Each hour', cronExpression: '0 * * * *', nextRunAt: null });
  expect((await ask(`PUT /v2/schedules/${id}`, { name: 'my-schedule' })).status).toBe(409);
  expect((await ask(`DELETE /v2/schedules/${id}`)).status).toBe(204);
  expect((await ask(`GET /v2/schedules/${id}`)).body.error.type).toBe('record-not-found');
  expect((await ask('GET /v2/users/me/limits')).body.data.current.scheduleCount).toBe(1);
  await ask('POST /_emulator/reset');
  expect((await ask('GET /v2/schedules')).body.data.total).toBe(0);
});

it.each<[body: object, status: number, message: RegExp]>([
  [{ name: 'x' }, 400, /cronExpression: got nothing/],
  [{ cronExpression: 'never' }, 400, /cronExpression: got "never", expected five or six fields/],
  [{ cronExpression: '0 0 30 2 *' }, 400, /cronExpression: got "0 0 30 2 \*", expected a time that comes; there is no such day/],
  [{ cronExpression: '@daily', timezone: 'Mars' }, 400, /timezone: got "Mars"/],
  [{ cronExpression: 5 }, 400, /cronExpression: got a number/],
  [{ cronExpression: '@daily', name: 'a b' }, 400, /name: got "a b", expected letters/],
  [{ cronExpression: '@daily', isEnabled: 'yes' }, 400, /isEnabled: got a string, expected true or false/],
  [{ cronExpression: '@daily', actions: {} }, 400, /actions: got an object, expected a list/],
  [{ cronExpression: '@daily', actions: [1] }, 400, /actions\[0\]: got a number/],
  [{ cronExpression: '@daily', actions: [{ type: 'SING' }] }, 400, /actions\[0\]\.type: got "SING", expected RUN_ACTOR/],
  [{ cronExpression: '@daily', actions: [{ type: 'RUN_ACTOR' }] }, 400, /actions\[0\]\.actorId: got nothing/],
  [{ cronExpression: '@daily', actions: [{ ...runShop, actorId: 'none' }] }, 404, /Actor was not found/],
  [{ cronExpression: '@daily', actions: [{ type: 'RUN_ACTOR_TASK', actorTaskId: 'none' }] }, 404, /Actor task was not found/],
  [
    { cronExpression: '@daily', actions: [{ ...runShop, runInput: { body: '[1]' } }] },
    400,
    /runInput\.body: got text that is no JSON/,
  ],
  [
    { cronExpression: '@daily', actions: [{ ...runShop, runOptions: { memoryMbytes: 3 } }] },
    400,
    /actions\[0\]\.runOptions\.memoryMbytes: got "3"/,
  ],
  [
    { cronExpression: '@daily', actions: Array.from({ length: 11 }, () => runShop) },
    400,
    /got 11 of type RUN_ACTOR, expected at most 10/,
  ],
])('refused: %j', async (body, status, message) => {
  const { ask } = await started();
  const came = await ask('POST /v2/schedules', body);
  expect([came.status, came.body.error.message]).toEqual([status, expect.stringMatching(message)]);
  expect((await ask('GET /v2/schedules')).body.data.total).toBe(0);
});

it('starts a run for each time, in their order, with the input and the options of the action', async () => {
  const { ask } = await started();
  const action = {
    ...runShop,
    runInput: { body: '{"what":"lamp"}', contentType: 'application/json' },
    runOptions: { memoryMbytes: 256 },
  };
  const { id, times, runs, log } = await used(ask, { ...hourly, actions: [action] }, 3);
  expect(runs.map((run) => run.meta)).toEqual(times.map((at) => ({ origin: 'SCHEDULER', scheduleId: id, scheduledAt: at })));
  expect(log.map((line) => violations('ScheduleInvoked', line))).toEqual([[], [], []]);
  expect(log[2]).toMatchObject({ level: 'INFO', message: expect.stringContaining(String(runs[2]?.id)) });
  const { data: run } = (await ask(`GET /v2/actor-runs/${runs[0].id}`)).body;
  expect(run.options).toMatchObject({ memoryMbytes: 256 });
  const input = await ask(`GET /v2/key-value-stores/${run.defaultKeyValueStoreId}/records/INPUT`);
  expect(input.body).toEqual({ what: 'lamp', color: 'red' });
  expect((await ask(`GET /v2/schedules/${id}`)).body.data.lastRunAt).toBe(times[2]);
});

it('starts tasks, with fields that override their input; what cannot be started is in the log', async () => {
  const { ask } = await started();
  const actions = [
    { type: 'RUN_ACTOR', actorId: 'broken', runOptions: { build: 'gone' } },
    { type: 'RUN_ACTOR_TASK', actorTaskId: 'daily', input: { what: 'lamp' } },
  ];
  const { runs, log } = await used(ask, { ...hourly, actions }, 1);
  expect(log.map(({ level }) => level)).toEqual(['ERROR', 'INFO']);
  expect(log[0].message).toMatch(/^Cannot start Actor ".*": Build with tag "gone" was not found/);
  expect(runs).toHaveLength(1);
  const input = await ask(`GET /v2/key-value-stores/${runs[0].defaultKeyValueStoreId}/records/INPUT`);
  expect(input.body).toEqual({ what: 'lamp', color: 'blue' });
});

it('an exclusive schedule leaves a time out while its run is active; a disabled one starts nothing', async () => {
  const { ask } = await started();
  const action = { type: 'RUN_ACTOR', actorId: 'endless' };
  const { id, times, runs, log } = await used(ask, { ...hourly, isExclusive: true, actions: [action] }, 2);
  expect(runs).toHaveLength(1);
  expect(log.map(({ level }) => level)).toEqual(['INFO', 'WARNING']);
  await ask(`POST /v2/actor-runs/${runs[0].id}/abort`);
  await ask(`GET /v2/actor-runs/${runs[0].id}?waitForFinish=60`);
  const later = (hours: number): string => new Date(Date.parse(times[1] ?? '') + hours * hour).toISOString();
  await ask(`POST /_emulator/schedules/advance?to=${later(1)}`);
  expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(2);
  await ask(`PUT /v2/schedules/${id}`, { isEnabled: false });
  await ask(`POST /_emulator/schedules/advance?to=${later(9)}`);
  expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(2);
});

it('is kept over a restart, with its log; a time that was used is not used again', async () => {
  const storage = mkdtempSync(join(tmpdir(), 'dataset-items-schedules-'));
  onTestFinished(() => rmSync(storage, { recursive: true, force: true }));
  const first = await started({ storage });
  const { id, times, log } = await used(first.ask, hourly, 2);
  await first.close();
  const { ask, close } = await started({ storage });
  expect((await ask(`GET /v2/schedules/${id}/log`)).body.data).toEqual(log);
  const next = new Date(Date.parse(times[1] ?? '') + hour).toISOString();
  expect((await ask(`GET /v2/schedules/${id}`)).body.data).toMatchObject({ lastRunAt: times[1], nextRunAt: next });
  await ask(`POST /_emulator/schedules/advance?to=${next}`);
  const { items } = (await ask('GET /v2/actor-runs')).body.data;
  expect(items.map(({ meta }) => meta.scheduledAt)).toEqual([...times, next]);
  await close();
});

it.each<[query: string, message: RegExp]>([
  ['', /seconds: got "", expected/],
  ['?seconds=-1', /seconds: got "-1"/],
  ['?seconds=9007199254740991', /seconds: got "9007199254740991", expected a time after/],
  ['?to=2001-01-01', /to: got "2001-01-01T00:00:00.000Z", expected a time after/],
  ['?second=5', /second/],
])('an advance that is refused: %s', async (query, message) => {
  const { ask } = await started();
  const came = await ask(`POST /_emulator/schedules/advance${query}`);
  expect([came.status, came.body.error.message]).toEqual([400, expect.stringMatching(message)]);
});
