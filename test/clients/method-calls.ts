import type { ApifyClient } from 'apify-client';

/** What exists on the emulator for the calls; each version of the client has its own. */
export interface World {
  /** A run that has ended, and one that goes on until it is aborted. */
  readonly ended: string;
  readonly going: string;
  readonly build: string;
  readonly webhook: string;
  readonly dispatch: string;
  readonly task: string;
  readonly schedule: string;
}

/** A call of each method of a resource client; `deletes` last. */
export interface Resource {
  readonly name: string;
  of(client: ApifyClient, world: World): object;
  readonly calls: Readonly<Record<string, (client: ApifyClient, world: World) => unknown>>;
}

function resource<C extends object>(
  name: string,
  of: (client: ApifyClient, world: World) => C,
  calls: Readonly<Record<string, (of: C) => unknown>>,
): Resource {
  const bound = Object.entries(calls).map(
    ([method, call]) => [method, (client: ApifyClient, world: World) => call(of(client, world))] as const,
  );
  return { name, of, calls: Object.fromEntries(bound) };
}

const hook = { eventTypes: ['ACTOR.RUN.SUCCEEDED'] as const, requestUrl: 'http://127.0.0.1:9/', condition: { actorId: 'shop' } };
const action = { type: 'RUN_ACTOR', actorId: 'shop' };
const schedule = {
  name: 'monthly',
  isEnabled: false,
  isExclusive: false,
  cronExpression: '0 0 1 * *',
  timezone: 'UTC',
  actions: [],
};
const options = { waitSecs: 60 };

export const resources: readonly Resource[] = [
  resource('actors', (client) => client.actors(), { list: (of) => of.list(), create: (of) => of.create({ name: 'new' }) }),
  resource('actor', (client) => client.actor('shop'), {
    get: (of) => of.get(),
    start: (of) => of.start({}),
    // Without its log, which older clients do not print.
    call: (of) => of.call({}, 'getStreamedLog' in of.lastRun() ? { ...options, log: null } : options),
    validateInput: (of) => of.validateInput({}),
    build: (of) => of.build('0.0'),
    defaultBuild: async (of) => (await of.defaultBuild()).get(),
    lastRun: (of) => of.lastRun().get(),
    builds: (of) => of.builds().list(),
    runs: (of) => of.runs().list(),
    version: (of) => of.version('0.0').get(),
    versions: (of) => of.versions().list(),
    webhooks: (of) => of.webhooks().list(),
    update: (of) => of.update({ title: 'x' }),
    delete: (of) => of.delete(),
  }),
  resource('version', (client) => client.actor('shop').version('0.0'), {
    get: (of) => of.get(),
    envVar: (of) => of.envVar('A').get(),
    envVars: (of) => of.envVars().list(),
    update: (of) => of.update({ buildTag: 'x' } as never),
    delete: (of) => of.delete(),
  }),
  resource('versions', (client) => client.actor('shop').versions(), {
    list: (of) => of.list(),
    create: (of) => of.create({ versionNumber: '9.9', sourceType: 'SOURCE_FILES', sourceFiles: [] } as never),
  }),
  resource('envVar', (client) => client.actor('shop').version('0.0').envVar('A'), {
    get: (of) => of.get(),
    update: (of) => of.update({ name: 'A', value: 'b' }),
    delete: (of) => of.delete(),
  }),
  resource('envVars', (client) => client.actor('shop').version('0.0').envVars(), {
    list: (of) => of.list(),
    create: (of) => of.create({ name: 'B', value: 'b' }),
  }),
  resource('builds', (client) => client.builds(), { list: (of) => of.list() }),
  resource('build', (client, { build }) => client.build(build), {
    get: (of) => of.get(),
    getOpenApiDefinition: (of) => of.getOpenApiDefinition(),
    waitForFinish: (of) => of.waitForFinish(options),
    log: (of) => of.log().get(),
    abort: (of) => of.abort(),
    delete: (of) => of.delete(),
  }),
  resource('runs', (client) => client.runs(), { list: (of) => of.list() }),
  resource('run', (client, { ended }) => client.run(ended), {
    get: (of) => of.get(),
    waitForFinish: (of) => of.waitForFinish(options),
    update: (of) => of.update({ statusMessage: 'x' }),
    dataset: (of) => of.dataset().get(),
    keyValueStore: (of) => of.keyValueStore().get(),
    requestQueue: (of) => of.requestQueue().get(),
    log: (of) => of.log().get(),
    getStreamedLog: (of) => of.getStreamedLog(),
  }),
  resource('run, while it goes on', (client, { going }) => client.run(going), {
    charge: (of) => of.charge({ eventName: 'page', count: 1 }),
    metamorph: (of) => of.metamorph('endless', {}),
    reboot: (of) => of.reboot(),
    abort: (of) => of.abort(),
  }),
  resource('run, when it has ended', (client, { going }) => client.run(going), {
    resurrect: async (of) => {
      await of.waitForFinish(options);
      await of.resurrect();
      await of.abort();
    },
    delete: async (of) => {
      await of.waitForFinish(options);
      await of.delete();
    },
  }),
  resource('tasks', (client) => client.tasks(), {
    list: (of) => of.list(),
    create: (of) => of.create({ actId: 'shop', name: `made-${Math.random().toString(36).slice(2)}` }),
  }),
  resource('task', (client, { task }) => client.task(task), {
    get: (of) => of.get(),
    update: (of) => of.update({ title: 'x' }),
    start: (of) => of.start({}),
    call: (of) => of.call({}, options),
    getInput: (of) => of.getInput(),
    updateInput: (of) => of.updateInput({ a: 1 }),
    lastRun: (of) => of.lastRun().get(),
    runs: (of) => of.runs().list(),
    webhooks: (of) => of.webhooks().list(),
    publish: (of) => of.publish(),
    unpublish: (of) => of.unpublish(),
    delete: (of) => of.delete(),
  }),
  resource('datasets', (client) => client.datasets(), { list: (of) => of.list(), getOrCreate: (of) => of.getOrCreate('box') }),
  resource('dataset', (client) => client.dataset('box'), {
    get: (of) => of.get(),
    update: (of) => of.update({ title: 'x' } as never),
    pushItems: (of) => of.pushItems([{ a: 1 }]),
    listItems: (of) => of.listItems(),
    downloadItems: (of) => of.downloadItems('csv' as never),
    getStatistics: (of) => of.getStatistics(),
    createItemsPublicUrl: (of) => of.createItemsPublicUrl(),
    delete: (of) => of.delete(),
  }),
  resource('keyValueStores', (client) => client.keyValueStores(), {
    list: (of) => of.list(),
    getOrCreate: (of) => of.getOrCreate('box'),
  }),
  resource('keyValueStore', (client) => client.keyValueStore('box'), {
    get: (of) => of.get(),
    update: (of) => of.update({ title: 'x' } as never),
    setRecord: (of) => of.setRecord({ key: 'a', value: { b: 1 } }),
    getRecord: (of) => of.getRecord('a'),
    recordExists: (of) => of.recordExists('a'),
    listKeys: (of) => of.listKeys(),
    getRecordPublicUrl: (of) => of.getRecordPublicUrl('a'),
    createKeysPublicUrl: (of) => of.createKeysPublicUrl(),
    deleteRecord: (of) => of.deleteRecord('a'),
    delete: (of) => of.delete(),
  }),
  resource('requestQueues', (client) => client.requestQueues(), {
    list: (of) => of.list(),
    getOrCreate: (of) => of.getOrCreate('box'),
  }),
  resource('requestQueue', (client) => client.requestQueue('box', { clientKey: 'a' }), {
    get: (of) => of.get(),
    update: (of) => of.update({ title: 'x' } as never),
    addRequest: (of) => of.addRequest({ url: 'http://a/1', uniqueKey: '1' }),
    batchAddRequests: (of) => of.batchAddRequests([{ url: 'http://a/2', uniqueKey: '2' }]),
    listHead: (of) => of.listHead(),
    listRequests: (of) => of.listRequests(),
    paginateRequests: async (of) => {
      for await (const page of of.paginateRequests({ limit: 1 })) if (page.items.length === 0) break;
    },
    getRequest: async (of) => of.getRequest((await of.listHead()).items[0]?.id ?? ''),
    updateRequest: async (of) => of.updateRequest({ ...(await of.listHead()).items[0], method: 'POST' } as never),
    listAndLockHead: (of) => of.listAndLockHead({ lockSecs: 600, limit: 25 }),
    prolongRequestLock: async (of) => of.prolongRequestLock((await of.listHead()).items[0]?.id ?? '', { lockSecs: 600 }),
    deleteRequestLock: async (of) => of.deleteRequestLock((await of.listHead()).items[0]?.id ?? ''),
    unlockRequests: (of) => of.unlockRequests(),
    batchDeleteRequests: (of) => of.batchDeleteRequests([{ uniqueKey: '2' }]),
    deleteRequest: async (of) => of.deleteRequest((await of.listHead()).items[0]?.id ?? ''),
    delete: (of) => of.delete(),
  }),
  resource('log', (client, { ended }) => client.log(ended), { get: (of) => of.get(), stream: (of) => of.stream() }),
  resource('webhooks', (client) => client.webhooks(), { list: (of) => of.list(), create: (of) => of.create(hook as never) }),
  resource('webhook', (client, { webhook }) => client.webhook(webhook), {
    get: (of) => of.get(),
    update: (of) => of.update({ description: 'x' } as never),
    test: (of) => of.test(),
    dispatches: (of) => of.dispatches().list(),
    delete: (of) => of.delete(),
  }),
  resource('webhookDispatches', (client) => client.webhookDispatches(), { list: (of) => of.list() }),
  resource('webhookDispatch', (client, { dispatch }) => client.webhookDispatch(dispatch), { get: (of) => of.get() }),
  resource('schedules', (client) => client.schedules(), {
    list: (of) => of.list(),
    create: (of) => of.create({ ...schedule, name: `s-${Math.random().toString(36).slice(2)}`, actions: [action] } as never),
  }),
  resource('schedule', (client, { schedule: id }) => client.schedule(id), {
    get: (of) => of.get(),
    update: (of) => of.update({ title: 'x' } as never),
    getLog: (of) => of.getLog(),
    delete: (of) => of.delete(),
  }),
  resource('store', (client) => client.store(), { list: (of) => of.list() }),
  resource('user', (client) => client.user(), {
    get: (of) => of.get(),
    monthlyUsage: (of) => of.monthlyUsage(),
    limits: (of) => of.limits(),
    updateLimits: (of) => of.updateLimits({ dataRetentionDays: 30 }),
  }),
];
