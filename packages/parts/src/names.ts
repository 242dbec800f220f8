import { InvalidParameterError } from '@dataset-items/query-pipeline';
import type { PartStore } from './store.js';

/**
 * What a task does: counts the items of a range, reads a range and makes its records, or writes rows under the columns of all ranges.
 * `index`: the number of the range, or of the run of rows, from 0.
 */
export interface Task {
  readonly kind: TaskKind;
  readonly index: number;
}

export const taskKinds = ['count', 'read', 'write'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** The folder of exports in progress. */
export const workFolder = 'work/';

/** The folder of results. */
export const resultsFolder = 'results/';

/** The folder of an export in progress. */
export function folderOf({ id }: { readonly id: string }): string {
  return `${workFolder}${id}/`;
}

export function planName(id: string): string {
  return `work/${checkedId(id)}/plan.json`;
}

export function mergedName(plan: { readonly id: string }): string {
  return `${folderOf(plan)}merged.json`;
}

export function startsName(plan: { readonly id: string }): string {
  return `${folderOf(plan)}starts.json`;
}

export function resultName({ id }: { readonly id: string }, extension: string): string {
  return `${resultsFolder}${id}.${extension}`;
}

/** What is known of the result, besides its bytes. It is written last. */
export function outcomeName({ id }: { readonly id: string }): string {
  return `${resultsFolder}${id}.outcome.json`;
}

/** The name of what a task writes. It follows from the task alone, so doing a task twice writes the same bytes to the same name. */
export function bytesName(plan: { readonly id: string }, { kind, index }: Task): string {
  return `${folderOf(plan)}${kind}/${String(index).padStart(5, '0')}`;
}

/** What is known of these bytes. It is written after them, so that a task is done when it exists. */
export function summaryName(plan: { readonly id: string }, task: Task): string {
  return `${bytesName(plan, task)}.json`;
}

/** The malformed item that a task has found. */
export function faultName(plan: { readonly id: string }, task: Task): string {
  return `${bytesName(plan, task)}.fault.json`;
}

/** @throws InvalidParameterError */
export function checkedId(id: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  throw new InvalidParameterError('id', id, '1 to 64 letters, digits, _ and -');
}

/** All names of an export in progress. */
export async function namesOf(plan: { readonly id: string }, store: PartStore): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { name } of store.list(folderOf(plan))) names.add(name);
  return names;
}
