import { wayOf } from '@dataset-items/exporter';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import type { Formats } from '@dataset-items/serializers';
import { mergeColumns, startsOf } from './merge.js';
import { faultName, mergedName, namesOf, outcomeName, startsName, summaryName, type Task, type TaskKind } from './names.js';
import { formatNamed, type Plan, requestOf } from './plan.js';
import { getJson, type PartStore } from './store.js';
import type { Merged, StoredFault } from './summaries.js';

/** What is to be done next: tasks, which can be done in any order and at the same time, or `joinExport`. */
export type Stage = { readonly tasks: readonly Task[] } | { readonly join: true };

/**
 * The tasks that are left in the earliest stage that is not done. It merges what the store holds when a stage is done; doing that twice gives
 * the same. After a task has found a malformed item, only tasks of earlier ranges are left, because one of them may have an earlier one.
 * @throws MalformedInputError: the first malformed item of the export, as a single process names it; NoColumnsError
 */
export async function nextStage(plan: Plan, store: PartStore, formats?: Formats): Promise<Stage> {
  if ((await store.size(outcomeName(plan))) !== undefined) return { join: true };
  const there = await namesOf(plan, store);
  const left = (kind: TaskKind, ranges = plan.ranges.length): Task[] =>
    Array.from({ length: ranges }, (_, index) => ({ kind, index })).filter((task) => !there.has(summaryName(plan, task)));
  if (plan.isCounted) {
    const tasks = left('count');
    if (tasks.length > 0) return { tasks };
    if (!there.has(startsName(plan))) await startsOf(plan, store);
  }
  const fault = plan.ranges.findIndex((_, index) => there.has(faultName(plan, { kind: 'read', index })));
  const tasks = left('read', fault === -1 ? plan.ranges.length : fault);
  if (tasks.length > 0) return { tasks };
  if (fault !== -1) throw await storedFault(plan, store, fault);
  const { format, options } = requestOf(plan, formats);
  const way = wayOf(formatNamed(format, formats), format, options);
  if (way === 'records') return { join: true };
  const merged = there.has(mergedName(plan))
    ? await getJson<Merged>(store, mergedName(plan))
    : await mergeColumns(plan, store, formats);
  const rows = way === 'rows' ? [] : left('write', merged.runs?.length);
  return rows.length > 0 ? { tasks: rows } : { join: true };
}

async function storedFault(plan: Plan, store: PartStore, index: number): Promise<MalformedInputError> {
  const { source, reason, ...position } = await getJson<StoredFault>(store, faultName(plan, { kind: 'read', index }));
  return new MalformedInputError(source, position, reason);
}
