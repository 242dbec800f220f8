import { readFileSync, writeFileSync } from 'node:fs';
import type { ApifyClient } from 'apify-client';
import type { FunctionCall } from 'dataset-items/emulator';
import { expect, it } from 'vitest';
import { emulate, versions } from './emulated.js';
import { type Resource, resources, type World } from './method-calls.js';

const wait = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
const page = new URL('../../docs/emulator.md', import.meta.url);
const section = /(<!-- methods -->\n)[\s\S]*?(\n<!-- \/methods -->)/;

const actorChargeEvents = { page: { eventTitle: 'Page', eventPriceUsd: 0.01 } };
const pricing = { pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents } } as const;
const options = { actors: { shop: async () => {}, endless: { run: wait, pricing } }, allowPrivateWebhooks: true };
/** An emulator for each version, because the calls of one would change what the other sees. */
const emulators = [await emulate(options), await emulate(options)];

/** An emulator's client, and one thing of each kind. */
async function worldOf(client: ApifyClient): Promise<World> {
  const ended = await client.actor('shop').start({});
  await client.run(ended.id).waitForFinish({ waitSecs: 60 });
  const going = await client.actor('endless').start({});
  const condition = { actorId: 'shop' };
  const webhook = await client.webhooks().create({ eventTypes: ['TEST'], requestUrl: 'http://127.0.0.1:9/', condition } as never);
  const dispatch = await client.webhook(webhook.id).test();
  const task = await client.tasks().create({ actId: 'shop', name: 'daily' });
  const schedule = await client
    .schedules()
    .create({
      name: 'yearly',
      isEnabled: false,
      isExclusive: false,
      cronExpression: '0 0 1 1 *',
      timezone: 'UTC',
      actions: [],
    } as never)
    .catch(() => ({ id: 'none' }));
  const ids = { ended: ended.id, going: going.id, build: ended.buildId, webhook: webhook.id, task: task.id };
  return { ...ids, dispatch: dispatch?.id ?? '', schedule: schedule.id };
}

/** What a call comes to: it works, or is refused at once with the reason; anything else fails the test. */
async function outcomeOf(client: ApifyClient, call: () => unknown): Promise<'works' | 'refused'> {
  const before = client.stats.requests;
  try {
    const value = await call();
    // A method that gives undefined for a missing record was given none that is missing.
    if (value === undefined && client.stats.requests === before) throw new Error('no request was sent');
    return 'works';
  } catch (error) {
    const { statusCode, type, attempt } = error as { statusCode?: number; type?: string; attempt?: number };
    if (statusCode === 405 && type === 'not-implemented' && attempt === 1) return 'refused';
    throw error;
  }
}

const methodsOf = (of: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(of)).filter((name) => name !== 'constructor' && !name.startsWith('_'));

/** Methods whose own resource has them in several states. */
const titleOf = ({ name }: Resource): string => name.split(',')[0] ?? name;

it('every method of every resource client works, or is refused at once; docs/emulator.md has the table', async () => {
  const outcomes = new Map<string, string[]>();
  for (const [column, { version, connect }] of versions.entries()) {
    const client = connect(emulators[column]?.url ?? '');
    const made = await worldOf(client);
    const called = new Map<string, Set<string>>();
    for (const resource of resources) {
      const of = resource.of(client, made);
      for (const [method, call] of Object.entries(resource.calls)) {
        const name = `${titleOf(resource)}.${method}`;
        const row = outcomes.get(name) ?? ['', ''];
        row[column] =
          method in of
            ? await outcomeOf(client, () => call(client, made)).catch((error: unknown) => {
                throw new Error(`${name} with ${version}`, { cause: error });
              })
            : '';
        outcomes.set(name, row);
        called.set(titleOf(resource), (called.get(titleOf(resource)) ?? new Set()).add(method));
      }
      expect([titleOf(resource), methodsOf(of).filter((method) => !allOf(titleOf(resource)).has(method))]).toEqual([
        titleOf(resource),
        [],
      ]);
    }
    const factories = methodsOf(client).filter((name) => name !== 'setStatusMessage');
    expect(factories.filter((name) => !called.has(name))).toEqual([]);
  }
  const table = tableOf(outcomes);
  const text = readFileSync(page, 'utf8');
  if (process.env.UPDATE_METHODS) writeFileSync(page, text.replace(section, `$1${table}$2`));
  else expect(text.match(section)?.[0]).toBe(`<!-- methods -->\n${table}\n<!-- /methods -->`);
});

function allOf(title: string): ReadonlySet<string> {
  return new Set(resources.filter((one) => titleOf(one) === title).flatMap(({ calls }) => Object.keys(calls)));
}

/** A row for each resource: the methods that work, those that are refused, and those that the older client lacks. */
function tableOf(outcomes: ReadonlyMap<string, readonly string[]>): string {
  const rows = [...new Set(resources.map(titleOf))].map((title) => {
    const own = [...outcomes].filter(([name]) => name.startsWith(`${title}.`));
    const listed = (wanted: string): string =>
      own
        .filter(([, [newest = '']]) => newest === wanted)
        .map(([name, [, older]]) => `\`${name.slice(title.length + 1)}\`${older === '' ? ' (not in 2.12)' : ''}`)
        .join(', ');
    return `| \`${title}\` | ${listed('works')} | ${listed('refused')} |`;
  });
  return ['| client | works | refused at once |', '|---|---|---|', ...rows].join('\n');
}
