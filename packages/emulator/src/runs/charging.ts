import type { DatasetStore } from '../storage/store.js';
import { type Change, del, put } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import { costOf, type PayPerEvent, priceOf } from './pricing.js';
import { isFinal, type Run } from './run.js';
import { RunNotRunningError } from './run-errors.js';

/** One charge of a run. */
export interface Charge {
  readonly runId: string;
  readonly eventName: string;
  readonly count: number;
  readonly usd: number;
  /** ISO 8601. */
  readonly chargedAt: string;
  readonly idempotencyKey?: string | undefined;
}

/** Keys start with the id of the run. */
export const chargeEntries = jsonKind<Charge>('charges');

/** The part of a live run that charges change. */
export interface Chargeable {
  readonly run: Run;
  record(change: (run: Run) => Run, more: readonly Change[]): Promise<void>;
}

export interface WantedCharge {
  readonly eventName: string;
  readonly count: number;
  /** A charge with a key that the run has used changes nothing. */
  readonly idempotencyKey?: string | undefined;
}

/** The reason to refuse a charge, by its code in the API. */
export class ChargeRefusedError extends Error {
  readonly code:
    | 'cannot-charge-non-pay-per-event-actor'
    | 'cannot-charge-apify-event'
    | 'invalid-input'
    | 'invalid-idempotency-key';

  constructor(code: ChargeRefusedError['code'], message: string) {
    super(message);
    this.name = 'ChargeRefusedError';
    this.code = code;
  }
}

export interface Charging {
  /** @throws ChargeRefusedError, RunNotRunningError, UnwritableOutputError */
  charge(id: string, wanted: WantedCharge): Promise<Run | undefined>;
  /** Ends a run that has cost more than its limit. Call it when a run has pushed items. */
  checkCost(id: string | undefined): void;
  /** In the order in which they were made. */
  charges(id: string): readonly Charge[];
  /** The run with its number of items, which is the base of its cost. */
  counted(run: Run): Run;
  /** The changes that remove the charges of a removed run. */
  forget(id: string): Change[];
}

interface ChargingOptions<L extends Chargeable> {
  readonly database: Database;
  readonly datasets: DatasetStore;
  readonly now: () => Date;
  find(id: string): { readonly run: Run; readonly live?: L } | undefined;
  /** Ends a run gracefully. */
  end(live: L, message: string): void;
}

/** The charges of runs. They are stored with the counts of the run, each in one commit. */
export async function openCharging<L extends Chargeable>({
  database,
  datasets,
  now,
  find,
  end,
}: ChargingOptions<L>): Promise<Charging> {
  const byRun = new Map<string, { readonly key: string; readonly charge: Charge }[]>();
  /** Charges that are being stored, by run and idempotency key. */
  const storing = new Map<string, Promise<void>>();
  /** One-time events that are being stored. */
  const onces = new Set<string>();
  let last = 0;
  const add = (key: string, charge: Charge): void => {
    byRun.set(charge.runId, [...(byRun.get(charge.runId) ?? []), { key, charge }]);
    last = Math.max(last, Number.parseInt(key.slice(key.indexOf('/') + 1), 36));
  };
  for (const { key, value } of await database.entries(chargeEntries)) if (value !== undefined) add(key, value);

  const counted = (run: Run): Run =>
    run.pricing === undefined || isFinal(run.status)
      ? run
      : { ...run, items: datasets.find(run.defaultDatasetId)?.facts.itemCount ?? run.items ?? 0 };
  const checkCost: Charging['checkCost'] = (id) => {
    const found = id === undefined ? undefined : find(id);
    if (found?.live === undefined || found.run.status !== 'RUNNING') return;
    const { maxTotalChargeUsd } = found.run.options;
    const { usd } = costOf(found.run, counted(found.run).items ?? 0);
    if (!maxTotalChargeUsd || usd <= maxTotalChargeUsd) return;
    end(found.live, `The run has cost $${usd}, more than its limit of $${maxTotalChargeUsd}`);
  };
  const store = async (live: Chargeable, { pricingPerEvent, ...pricing }: PayPerEvent, wanted: WantedCharge): Promise<void> => {
    const { eventName, count, idempotencyKey } = wanted;
    const { id: runId } = live.run;
    const isOnce = pricingPerEvent.actorChargeEvents[eventName]?.isOneTimeEvent ?? false;
    const once = `${runId} ${eventName}`;
    if (isOnce && (live.run.charged?.[eventName] !== undefined || onces.has(once))) return;
    if (isOnce) onces.add(once);
    const charges = isOnce ? 1 : count;
    const usd = charges * priceOf({ pricingPerEvent, ...pricing }, eventName);
    const key = `${runId}/${numberKey(++last)}`;
    const charge = { runId, eventName, count: charges, usd, chargedAt: now().toISOString(), idempotencyKey };
    const record = (run: Run): Run => {
      const before = run.charged?.[eventName] ?? 0;
      return { ...run, charged: { ...run.charged, [eventName]: before + charges } };
    };
    await live.record(record, [put(chargeEntries, key, charge)]).finally(() => onces.delete(once));
    add(key, charge);
    checkCost(runId);
  };
  return {
    counted,
    checkCost,
    async charge(id, wanted) {
      const found = find(id);
      if (found === undefined) return undefined;
      const pricing = checked(found.run, wanted);
      if (found.live === undefined || isFinal(found.run.status)) throw new RunNotRunningError(found.run);
      const { idempotencyKey } = wanted;
      const lock = `${id} ${idempotencyKey}`;
      const before = byRun.get(id)?.find(({ charge }) => charge.idempotencyKey === idempotencyKey)?.charge;
      if (idempotencyKey !== undefined && before !== undefined) refuseOther(before, wanted);
      else if (idempotencyKey !== undefined && storing.has(lock)) await storing.get(lock);
      else {
        const stored = store(found.live, pricing, wanted).finally(() => storing.delete(lock));
        if (idempotencyKey !== undefined) storing.set(lock, stored);
        await stored;
      }
      return found.run;
    },
    charges: (id) => (byRun.get(id) ?? []).map(({ charge }) => charge),
    forget(id) {
      const gone = byRun.get(id) ?? [];
      byRun.delete(id);
      return gone.map(({ key }) => del(chargeEntries, key));
    },
  };
}

/** @throws ChargeRefusedError */
function checked({ id, pricing }: Run, { eventName, count }: WantedCharge): PayPerEvent {
  if (pricing?.pricingModel !== 'PAY_PER_EVENT') {
    throw new ChargeRefusedError('cannot-charge-non-pay-per-event-actor', `The run ${id} is not paid per event`);
  }
  const { actorChargeEvents } = pricing.pricingPerEvent;
  if (eventName.startsWith('apify-')) {
    throw new ChargeRefusedError('cannot-charge-apify-event', `${eventName} is charged by the platform itself`);
  }
  if (!Object.hasOwn(actorChargeEvents, eventName)) {
    const there = Object.keys(actorChargeEvents).join(', ') || 'none';
    const message = `eventName: got ${JSON.stringify(eventName)}, expected an event of the actor's pricing: ${there}`;
    throw new ChargeRefusedError('invalid-input', message);
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ChargeRefusedError('invalid-input', `count: got ${count}, expected a whole number, 1 or more`);
  }
  return pricing;
}

function refuseOther(before: Charge, { eventName, count, idempotencyKey }: WantedCharge): void {
  if (before.eventName === eventName && before.count === count) return;
  throw new ChargeRefusedError(
    'invalid-idempotency-key',
    `idempotency-key: ${JSON.stringify(idempotencyKey)} was used for another charge: ${before.count} of ${before.eventName}`,
  );
}
