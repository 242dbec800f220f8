import type { Item } from '@dataset-items/query-pipeline';
import type { Run } from './run.js';

/** How runs of an actor are paid for, as in the API. */
export type Pricing = PayPerEvent | PayPerItem;

/** Each event that the actor charges for has a price. */
export interface PayPerEvent {
  readonly pricingModel: 'PAY_PER_EVENT';
  readonly pricingPerEvent: { readonly actorChargeEvents: Readonly<Record<string, ChargeEvent>> };
  /** The lowest `maxTotalChargeUsd` of a run. Default: any. */
  readonly minimalMaxTotalChargeUsd?: number | undefined;
}

export interface ChargeEvent {
  readonly eventTitle: string;
  readonly eventDescription?: string | undefined;
  readonly eventPriceUsd: number;
  readonly isPrimaryEvent?: boolean | undefined;
  /** It is charged at most once per run. */
  readonly isOneTimeEvent?: boolean | undefined;
}

/** Each item of the default dataset has a price. */
export interface PayPerItem {
  readonly pricingModel: 'PRICE_PER_DATASET_ITEM';
  readonly unitName: string;
  readonly pricePerUnitUsd: number;
}

/** Events that the platform charges by itself; their names start with `apify-`. */
export const startEvent = 'apify-actor-start';
const itemEvent = 'apify-default-dataset-item';

/** The counts of a run that starts: one start for each GB of memory that was begun. */
export function countsAtStart(pricing: Pricing | undefined, memoryMbytes: number): Readonly<Record<string, number>> | undefined {
  if (pricing?.pricingModel !== 'PAY_PER_EVENT') return undefined;
  const { actorChargeEvents } = pricing.pricingPerEvent;
  return Object.hasOwn(actorChargeEvents, startEvent) ? { [startEvent]: Math.max(1, Math.ceil(memoryMbytes / 1024)) } : {};
}

/** What a run has cost so far. */
export interface Cost {
  /** Events by name; `undefined`: the run is not paid per event. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly usd: number;
}

/** @param items the number of items in the run's default dataset */
export function costOf({ pricing, charged = {}, options }: Run, items: number): Cost {
  if (pricing === undefined) return { counts: undefined, usd: 0 };
  if (pricing.pricingModel === 'PRICE_PER_DATASET_ITEM') {
    const paid = Math.min(items, options.maxItems || Number.POSITIVE_INFINITY);
    return { counts: undefined, usd: dollars(paid * pricing.pricePerUnitUsd) };
  }
  const { actorChargeEvents } = pricing.pricingPerEvent;
  const counts = { ...charged, ...(Object.hasOwn(actorChargeEvents, itemEvent) && items > 0 && { [itemEvent]: items }) };
  const usd = Object.entries(counts).reduce((sum, [name, count]) => sum + count * priceOf(pricing, name), 0);
  return { counts, usd: dollars(usd) };
}

/** 0 for an event that is not declared. */
export function priceOf({ pricingPerEvent: { actorChargeEvents } }: PayPerEvent, name: string): number {
  return Object.hasOwn(actorChargeEvents, name) ? (actorChargeEvents[name]?.eventPriceUsd ?? 0) : 0;
}

/** Rounded to a millionth of a dollar, as the SDK does, so that sums of prices compare as expected. */
function dollars(sum: number): number {
  return Number(sum.toFixed(6));
}

/** Pricing as the API shows it (schema `ActorRunPricingInfo`). Nothing goes to anybody. */
export function presentPricing(pricing: Pricing, since: Date): Item {
  const common = { apifyMarginPercentage: 0, createdAt: since.toISOString(), startedAt: since.toISOString() };
  if (pricing.pricingModel === 'PRICE_PER_DATASET_ITEM') return { ...common, ...pricing };
  const { minimalMaxTotalChargeUsd, pricingPerEvent } = pricing;
  const events = Object.entries(pricingPerEvent.actorChargeEvents).map(
    ([name, { eventDescription = '', ...event }]) => [name, { ...event, eventDescription } as Item] as const,
  );
  return {
    ...common,
    pricingModel: pricing.pricingModel,
    pricingPerEvent: { actorChargeEvents: Object.fromEntries(events) },
    ...(minimalMaxTotalChargeUsd !== undefined && { minimalMaxTotalChargeUsd }),
  };
}
