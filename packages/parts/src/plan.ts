import {
  type ExportRequest,
  parseRequest,
  type RequestInput,
  type RequestOptions,
  wayOf,
  wholeOptions,
} from '@dataset-items/exporter';
import { type Facts, InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type Format, type Formats, formats as standardFormats } from '@dataset-items/serializers';
import type { Window } from '@dataset-items/sources';
import type { Range, RangedDataset } from './dataset.js';
import { checkedId, planName } from './names.js';
import { getJson, type PartStore, putJson } from './store.js';

/** Of what a plan and its tasks store. */
const version = 3;

/** One export in parts. Plain data: together with the store it is all that a task needs. */
export interface Plan {
  /** A task of a version of this package that stores other things refuses the plan. */
  readonly version: typeof version;
  readonly id: string;
  /** The name of the data set, for the function that opens it. */
  readonly dataset: string;
  readonly datasetVersion: string;
  readonly facts: { readonly id: string; readonly name: string; readonly modifiedAt?: string };
  /** The parameters without the window, after views and defaults were applied. */
  readonly request: Readonly<Record<string, unknown>>;
  /** `limit` absent: no limit. */
  readonly window: { readonly offset: number; readonly limit?: number; readonly desc: boolean };
  readonly withoutColumns: 'refuse' | 'write';
  /** In the order of reading. */
  readonly ranges: readonly Range[];
  /** Items must be counted first, to find those of the window. */
  readonly isCounted: boolean;
}

export interface PlanOptions<F extends Formats = typeof standardFormats> extends RequestOptions<F>, Refused {
  /** Name of the export in the store: 1 to 64 letters, digits, _ and -. */
  readonly id: string;
  /** The name by which tasks open the data set. */
  readonly dataset: string;
  /** Bytes of a range; of items, about a thousandth of it is one item. Default 256 MiB. */
  readonly rangeBytes?: number | undefined;
  /** Largest number of ranges, at most 10,000; ranges become larger instead. Default 9,500. */
  readonly most?: number | undefined;
  /** What to do if a table has no column. Default `refuse`. */
  readonly withoutColumns?: 'refuse' | 'write' | undefined;
}

type Refused = { readonly [N in (typeof wholeOptions)[number]]?: undefined };

const defaultRangeBytes = 256 * 1024 * 1024;
/** More could not be joined by an object store. */
const mostRanges = 10_000;
/** Such a store takes 10,000 pieces, and the result has more than the parts: its head and tail, and those of each sheet. */
const usualRanges = 9_500;
/** Bytes that an item counts for where only the number of items is known. */
const itemBytes = 1000;

/**
 * Splits an export into ranges that can be read apart.
 * @throws InvalidParameterError, UnknownViewError, UnreadableSourceError; what cannot be split is refused by its name
 */
export async function planExport<F extends Formats = typeof standardFormats>(
  dataset: RangedDataset,
  input: RequestInput<F>,
  options: PlanOptions<F>,
): Promise<Plan> {
  const { rangeBytes = defaultRangeBytes, most = usualRanges, withoutColumns = 'refuse' } = options;
  const { window, query, format, options: written } = splitRequest(input, options);
  const ranges = await rangesOf(dataset, window, { rangeBytes, most });
  const { id, name, modifiedAt } = dataset.facts;
  const { offset, limit, desc } = window;
  return {
    version,
    id: options.id,
    dataset: options.dataset,
    datasetVersion: dataset.version,
    facts: { id, name, ...(modifiedAt && { modifiedAt: modifiedAt.toISOString() }) },
    request: { ...query, ...written, format },
    window: { offset, ...(limit < Number.POSITIVE_INFINITY && { limit }), desc },
    withoutColumns,
    ranges,
    isCounted: dataset.by === 'bytes' && (offset > 0 || limit < Number.POSITIVE_INFINITY),
  };
}

/**
 * The request of an export that is to be split: what can be checked without the data set.
 * @throws InvalidParameterError, UnknownViewError; what cannot be split is refused by its name
 */
export function splitRequest<F extends Formats = typeof standardFormats>(
  input: RequestInput<F>,
  options: PlanOptions<F>,
): ExportRequest {
  const { rangeBytes = defaultRangeBytes, most = usualRanges, ...settings } = options;
  for (const name of wholeOptions) {
    if (settings[name] === undefined) continue;
    throw new InvalidParameterError(name, String(settings[name]), 'it in an export of one process only, which sees all records');
  }
  checkedId(options.id);
  checkBounds('rangeBytes', rangeBytes, Number.MAX_SAFE_INTEGER);
  checkBounds('most', most, mostRanges);
  const request = parseRequest(input, settings);
  wayOf(formatNamed(request.format, settings.formats), request.format, request.options);
  return request;
}

function checkBounds(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new InvalidParameterError(name, String(value), `a whole number from 1 to ${most}`);
}

/** In the order of reading. */
async function rangesOf(
  dataset: RangedDataset,
  { offset, limit, desc }: Window,
  { rangeBytes, most }: { readonly rangeBytes: number; readonly most: number },
): Promise<Range[]> {
  if (dataset.by === 'items') {
    const from = Math.min(offset, dataset.total);
    const items = Math.min(dataset.total - from, limit);
    const each = Math.max(Math.ceil(rangeBytes / itemBytes), Math.ceil(items / most), 1);
    const count = Math.max(1, Math.ceil(items / each));
    return Array.from({ length: count }, (_, index) => ({
      items: [from + index * each, from + Math.min(items, (index + 1) * each)],
    }));
  }
  // Lines are not cut, so the number of ranges is known only when they are made, which reads a line end for each.
  for (let bytes = Math.max(rangeBytes, Math.ceil(dataset.size / most)); ; bytes *= 2) {
    const ranges = (await dataset.ranges(bytes)).map((files) => ({ files }));
    if (ranges.length <= most) return desc ? ranges.reverse() : ranges;
  }
}

/** @throws InvalidParameterError */
export function formatNamed(name: string, formats: Formats = standardFormats): Format {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format !== undefined) return format;
  throw new InvalidParameterError('format', name, `one of ${Object.keys(formats).join(', ')}`);
}

/** The request of a plan, checked again. @throws InvalidParameterError */
export function requestOf({ request }: Plan, formats: Formats = standardFormats): ExportRequest {
  return parseRequest<Formats>(request, { formats });
}

export function factsOf({ facts: { id, name, modifiedAt } }: Plan): Facts {
  return { id, name, modifiedAt: modifiedAt === undefined ? undefined : new Date(modifiedAt) };
}

/** Stores a plan, for tasks of other processes. @throws InvalidParameterError if another plan has its id */
export async function storePlan(plan: Plan, store: PartStore): Promise<void> {
  const name = planName(plan.id);
  if ((await store.size(name)) !== undefined) {
    if (JSON.stringify(await getJson(store, name)) === JSON.stringify(plan)) return;
    throw new InvalidParameterError('id', plan.id, 'an id that no other export of this store has');
  }
  await putJson(store, name, plan);
}

/** @throws UnreadableSourceError if there is no such plan */
export async function loadPlan(id: string, store: PartStore): Promise<Plan> {
  const name = planName(id);
  if ((await store.size(name)) === undefined) {
    throw new UnreadableSourceError(id, 'the store has no plan of this export', { missing: true });
  }
  const plan = await getJson<Plan>(store, name);
  if (plan.version === version) return plan;
  throw new UnreadableSourceError(
    id,
    `the plan has version ${String(plan.version)}, expected ${version}: finish the export with the version of the library that has planned it, or plan it again`,
  );
}
