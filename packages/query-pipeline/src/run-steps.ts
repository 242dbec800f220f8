import type { Item } from './item.js';
import type { Step } from './step.js';

type MapOrFilter = Exclude<Step, { kind: 'flatMap' }>;

/**
 * Consecutive steps as one function over an item. `one` gives its record, or `undefined` if a filter drops it. `many` gives its records one by
 * one; an `undefined` among them means no record yet, so that the caller can interrupt long work.
 */
export type Run =
  | { readonly kind: 'one'; apply: (item: Item) => Item | undefined }
  | { readonly kind: 'many'; apply: (item: Item) => Iterable<Item | undefined> };

/** Joins steps. The steps before the first `flatMap` give at most one record per item; that step and the steps after it give many. */
export function runOf(steps: readonly Step[]): Run {
  const firstFlatMap = steps.findIndex(({ kind }) => kind === 'flatMap');
  const stepsBefore = steps.slice(0, firstFlatMap === -1 ? undefined : firstFlatMap) as readonly MapOrFilter[];
  const applyBefore = (item: Item): Item | undefined => {
    let record = item;
    for (const step of stepsBefore) {
      if (step.kind === 'map') record = step.apply(record);
      else if (!step.apply(record)) return undefined;
    }
    return record;
  };
  if (firstFlatMap === -1) return { kind: 'one', apply: applyBefore };
  const { apply: expand } = steps[firstFlatMap] as Extract<Step, { kind: 'flatMap' }>;
  const runAfter = runOf(steps.slice(firstFlatMap + 1));
  return {
    kind: 'many',
    apply: function* (item): Generator<Item | undefined> {
      const record = applyBefore(item);
      if (record === undefined) {
        yield undefined;
        return;
      }
      for (const child of expand(record)) {
        if (child === undefined) yield undefined;
        else if (runAfter.kind === 'one') yield runAfter.apply(child);
        else yield* runAfter.apply(child);
      }
    },
  };
}
