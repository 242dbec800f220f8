import { describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import type { FunctionCall } from '../runs/work.js';
import { emulated } from '../testing/emulated.js';
import { json } from './testing/shop.js';

const event = (eventTitle: string, eventPriceUsd: number, rest = {}) => ({ eventTitle, eventPriceUsd, ...rest });
const pricing = {
  pricingModel: 'PAY_PER_EVENT',
  pricingPerEvent: {
    actorChargeEvents: {
      'apify-actor-start': event('Start', 0.01),
      'apify-default-dataset-item': event('Item', 0.1),
      page: event('Page', 0.2, { isPrimaryEvent: true }),
      setup: event('Setup', 1, { isOneTimeEvent: true }),
    },
  },
  minimalMaxTotalChargeUsd: 0.5,
} as const;
const endless = ({ signal }: FunctionCall) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
const actors = {
  paid: { run: endless, pricing },
  items: {
    run: async ({ pushData }: FunctionCall) => pushData([{}, {}, {}]),
    pricing: { pricingModel: 'PRICE_PER_DATASET_ITEM', unitName: 'result', pricePerUnitUsd: 0.5 },
  },
  free: { run: endless },
} as const;

async function started(line: string) {
  const { ask } = await emulated({ actors });
  const { id } = (await ask(`POST ${line}`)).body.data;
  const run = `/v2/actor-runs/${id}`;
  const charge = (eventName: unknown, count: unknown, key?: string) =>
    ask(`POST ${run}/charge`, { eventName, count }, { ...json, ...(key && { 'idempotency-key': key }) });
  const get = async (query = '') => (await ask(`GET ${run}${query}`)).body.data;
  return { ask, id, run, charge, get };
}

describe('a run that is paid per event', () => {
  it('counts events, those of the platform too; a key is charged once', async () => {
    const { ask, id, run, charge, get } = await started('/v2/acts/paid/runs?memory=2048');
    const same = await Promise.all([charge('page', 2, 'a'), charge('page', 2, 'a'), charge('page', 1)]);
    expect(same.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await charge('page', 2, 'a')).status).toBe(201);
    await Promise.all([charge('setup', 1), charge('setup', 5)]);
    await ask(`POST ${run}/dataset/items`, [{}, {}]);
    const counts = { 'apify-actor-start': 2, 'apify-default-dataset-item': 2, page: 3, setup: 1 };
    const data = await get();
    expect(data).toMatchObject({ status: 'RUNNING', chargedEventCounts: counts, usageTotalUsd: 1.82 });
    expect(data.pricingInfo).toMatchObject({ pricingModel: 'PAY_PER_EVENT', minimalMaxTotalChargeUsd: 0.5 });
    expect(violations('Run', data)).toEqual([]);
    const [shown] = (await ask('GET /_emulator/charges')).body.runs;
    expect(shown).toMatchObject({ runId: id, chargedEventCounts: counts, usd: 1.82, items: 2 });
    expect(shown.charges).toMatchObject([
      { eventName: 'page', count: 2, usd: 0.4, idempotencyKey: 'a' },
      { eventName: 'page', count: 1, usd: 0.2 },
      { eventName: 'setup', count: 1, usd: 1 },
    ]);
    await ask(`POST ${run}/abort`);
    await get('?waitForFinish=60');
    await ask(`DELETE /v2/datasets/${data.defaultDatasetId}`);
    expect(await get()).toMatchObject({ chargedEventCounts: counts, usageTotalUsd: 1.82 });
    expect((await ask(`DELETE ${run}`)).status).toBe(204);
    expect((await ask('GET /_emulator/charges')).body.runs).toEqual([]);
  });

  it.each<[what: string, act: (of: Awaited<ReturnType<typeof started>>) => Promise<unknown>]>([
    ['charge', ({ charge }) => charge('page', 3)],
    ['push', ({ ask, run }) => ask(`POST ${run}/dataset/items`, [{}, {}, {}, {}, {}])],
  ])('ends gracefully when a %s costs more than its limit', async (_, act) => {
    const of = await started('/v2/acts/paid/runs?maxTotalChargeUsd=0.5');
    await of.charge('page', 1);
    expect((await of.get()).status).toBe('RUNNING');
    await act(of);
    expect(await of.get('?waitForFinish=60')).toMatchObject({
      status: 'ABORTED',
      statusMessage: expect.stringMatching(/^The run has cost \$0\.\d+, more than its limit of \$0\.5$/),
    });
  });

  it.each<[line: string, eventName: unknown, count: unknown, key: string | undefined, type: string, message: RegExp]>([
    ['/v2/acts/free/runs', 'page', 1, undefined, 'cannot-charge-non-pay-per-event-actor', /not paid per event/],
    ['/v2/acts/items/runs', 'page', 1, undefined, 'cannot-charge-non-pay-per-event-actor', /not paid per event/],
    ['/v2/acts/paid/runs', 'apify-actor-start', 1, undefined, 'cannot-charge-apify-event', /by the platform/],
    ['/v2/acts/paid/runs', 'pages', 1, undefined, 'invalid-input', /eventName: got "pages", expected .*page, setup/],
    ['/v2/acts/paid/runs', '__proto__', 1, undefined, 'invalid-input', /eventName/],
    ['/v2/acts/paid/runs', 7, 1, undefined, 'invalid-input', /eventName: got a number, expected text/],
    ['/v2/acts/paid/runs', 'page', 0, undefined, 'invalid-input', /count: got 0, expected a whole number/],
    ['/v2/acts/paid/runs', 'page', 1.5, undefined, 'invalid-input', /count/],
    ['/v2/acts/paid/runs', 'page', '1', undefined, 'invalid-input', /count: got a string/],
    ['/v2/acts/paid/runs', 'page', 1, 'k'.repeat(257), 'invalid-idempotency-key', /257 characters/],
    ['/v2/acts/paid/runs', 'page', 1, 'used', 'invalid-idempotency-key', /2 of page/],
  ])('of %s: %j %j is refused', async (line, eventName, count, key, type, message) => {
    const { charge } = await started(line);
    await charge('page', 2, 'used');
    const { status, body } = await charge(eventName, count, key);
    expect([status, body.error.type]).toEqual([400, type]);
    expect(body.error.message).toMatch(message);
  });

  it('has a limit that its actor allows, and charges nothing after its end', async () => {
    const { ask, charge, run, get } = await started('/v2/acts/paid/runs');
    const refused = await ask('POST /v2/acts/paid/runs?maxTotalChargeUsd=0.4');
    expect([refused.status, refused.body.error.type]).toEqual([400, 'max-total-charge-usd-below-minimum']);
    await ask(`POST ${run}/abort`);
    await get('?waitForFinish=60');
    expect((await charge('page', 1)).body.error.type).toBe('job-finished');
    expect((await ask(`POST ${run}/resurrect?maxTotalChargeUsd=0.4`)).body.error.type).toBe('max-total-charge-usd-below-minimum');
  });
});

describe('other runs', () => {
  it.each([
    ['POST /v2/acts/items/runs?waitForFinish=60', 1.5],
    ['POST /v2/acts/items/runs?waitForFinish=60&maxItems=2', 1],
    ['POST /v2/acts/free/runs', 0],
  ])('%s costs $%d', async (line, usd) => {
    const { ask } = await emulated({ actors });
    const { data } = (await ask(line)).body;
    expect(data.usageTotalUsd).toBe(usd);
    expect(data.chargedEventCounts).toBeUndefined();
    expect(data.pricingInfo?.pricingModel).toBe(usd > 0 ? 'PRICE_PER_DATASET_ITEM' : undefined);
    expect(violations('Run', data)).toEqual([]);
  });

  it('prices are checked in the declaration', async () => {
    const bad = { ...actors.items, pricing: { pricingModel: 'PRICE_PER_DATASET_ITEM', unitName: 'x' } };
    await expect(emulated({ actors: { bad: bad as never } })).rejects.toThrow(/actors\.bad\.pricing/);
  });
});
