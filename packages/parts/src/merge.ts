import { blocksFrom, columnsToMerge, type ReadSummary } from '@dataset-items/exporter';
import { NoColumnsError } from '@dataset-items/query-pipeline';
import { type Formats, replacementTally } from '@dataset-items/serializers';
import { mergedName, startsName, summaryName } from './names.js';
import { factsOf, formatNamed, type Plan, requestOf } from './plan.js';
import { getJson, type PartStore, putJson } from './store.js';
import { storedRanges } from './stored-rows.js';
import type { CountSummary, Merged } from './summaries.js';

/**
 * How many items are before each range; `null`: nobody knows, because a range before it is malformed. What was counted is read once for all
 * ranges and stored, not again by each task that reads a range.
 */
export async function startsOf(plan: Plan, store: PartStore): Promise<readonly (number | null)[]> {
  const name = startsName(plan);
  if ((await store.size(name)) !== undefined) return getJson(store, name);
  const starts: (number | null)[] = [];
  let before: number | null = 0;
  for (const index of plan.ranges.keys()) {
    starts.push(before);
    const { items } = await getJson<CountSummary>(store, summaryName(plan, { kind: 'count', index }));
    before = before === null || items === null ? null : before + items;
  }
  await putJson(store, name, starts);
  return starts;
}

/** The summaries of all ranges in their order, one at a time, because those of many columns are large. */
export async function* summariesOf(plan: Plan, store: PartStore): AsyncGenerator<ReadSummary> {
  for (const index of plan.ranges.keys()) yield await getJson<ReadSummary>(store, summaryName(plan, { kind: 'read', index }));
}

/** Finds the columns of a table from what was learned in all ranges, and stores them. @throws NoColumnsError */
export async function mergeColumns(plan: Plan, store: PartStore, formats?: Formats): Promise<Merged> {
  const request = requestOf(plan, formats);
  const { options, format: name } = request;
  const columns = columnsToMerge(request);
  const rows: number[] = [];
  for await (const { learned, records } of summariesOf(plan, store)) {
    if (learned !== undefined) columns.learn(learned);
    rows.push(records);
  }
  const { names } = columns.finish();
  if (names.length === 0 && plan.withoutColumns === 'refuse') throw new NoColumnsError();
  const found = { names, report: columns.report(), rows };
  const format = formatNamed(name, formats);
  const runs = format.kind === 'table' ? format.runs?.(options, factsOf(plan), replacementTally()) : undefined;
  const total = rows.reduce((sum, count) => sum + count, 0);
  const merged: Merged =
    runs === undefined
      ? found
      : {
          ...found,
          runs: runs.split(total, names, Math.ceil(total / plan.ranges.length)),
          measures: await runs.measure(names, blocksFrom(storedRanges({ plan, store, rows }), names, options, 0)),
        };
  await putJson(store, mergedName(plan), merged);
  return merged;
}
