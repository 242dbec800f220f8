import { type BatchOptions, inBatches, type Walk } from './batches.js';
import { InvalidParameterError } from './errors.js';
import { expandShorthands, type PlainQuery } from './expand.js';
import type { Batch, Item } from './item.js';
import { type Plan, planOf } from './plan.js';
import { acceptQuery, type GivenQuery } from './query.js';
import type { Records } from './records.js';
import { type Layout, unlisted } from './rules/layout.js';
import { type NeverFound, watchNames } from './rules/never-found.js';
import { trackedNames } from './rules/selection.js';
import { type Run, runOf } from './run-steps.js';
import { shortcuts } from './shortcuts/index.js';
import type { Shortcut } from './shortcuts/shortcut.js';
import type { Context, StepFactory } from './step.js';
import { steps } from './steps/index.js';

/** A compiled query, for one walk over items. */
export interface Compiled {
  /** The records of an item, lazily. `undefined` means no record yet, so that long work without a record can be interrupted. */
  make(item: Item): Iterable<Item | undefined>;
  /** Sync and lazy. It requests an item only when needed and changes no item. */
  transform(items: Iterable<Item>): Iterable<Item>;
  /** The same for batches, in the fastest form of records, with their properties. */
  records(batches: AsyncIterable<Batch>, options?: BatchOptions): Records;
  /** The same as decisions about paths of the items. `undefined` if the query needs the steps. It updates the same watches. */
  plan(): Plan | undefined;
  readonly layout: Layout;
  /** Every item gives exactly one record. */
  readonly isOneToOne: boolean;
  /** The names in the query that no record has had so far. */
  neverFound(): readonly NeverFound[];
}

/**
 * Compiles a query (docs/semantics.md#order). Window parameters and views are not part of it.
 * @throws InvalidParameterError
 */
export function compile(given: GivenQuery = {}): Compiled {
  const accepted = acceptQuery(given);
  if (accepted.view !== undefined) {
    throw new InvalidParameterError('view', accepted.view, 'a query to which the view was applied');
  }
  return compileSteps(expandShorthands(accepted));
}

/** The same from given steps and shortcuts, so that tests can compare them. */
export function compileSteps(
  query: PlainQuery,
  factories: readonly StepFactory[] = steps,
  known: readonly Shortcut[] = shortcuts,
): Compiled {
  const watches = watchNames();
  let layout = unlisted;
  const context: Context = {
    tracked: trackedNames(query),
    watches,
    setLayout: (made) => {
      layout = made;
    },
  };
  const made = factories.flatMap((step) => step(query, context) ?? []);
  const run = runOf(made);
  const facts = { layout, neverFound: watches.neverFound };
  return {
    ...facts,
    isOneToOne: made.every(({ kind }) => kind === 'map'),
    make: (item) => (run.kind === 'many' ? run.apply(item) : [run.apply(item)]),
    plan: () => planOf(query, watches, layout),
    transform: (items) => transformed(items, run),
    records: (batches, options) => {
      for (const { understands, make } of known) {
        if (!Object.keys(query).every((name) => understands.has(name as keyof PlainQuery))) continue;
        const shorter = make(query, context, run);
        if (shorter?.kind === 'listed') return { ...facts, ...shorter, batches: inBatches(batches, shorter.walk, options) };
        if (shorter?.kind === 'filtered') return { ...facts, ...shorter, batches: inBatches(batches, shorter.walk, options) };
      }
      return { kind: 'whole', ...facts, batches: inBatches(batches, made.length === 0 ? asTheyAre : walkOf(run), options) };
    },
  };
}

function* transformed(items: Iterable<Item>, run: Run): Generator<Item> {
  for (const item of items) {
    if (run.kind === 'many') {
      for (const record of run.apply(item)) if (record !== undefined) yield record;
    } else {
      const record = run.apply(item);
      if (record !== undefined) yield record;
    }
  }
}

/** Of a query without steps, each item is its record. */
const asTheyAre: Walk<Item> = (items) => [items];

function walkOf(run: Run): Walk<Item> {
  if (run.kind === 'one') {
    const { apply } = run;
    return (items) => [items.map(apply).filter((record) => record !== undefined)];
  }
  return function* (items, size) {
    let made: Item[] = [];
    let pulled = 0;
    for (const item of items) {
      for (const record of run.apply(item)) {
        if (record !== undefined) made.push(record);
        if (++pulled < size && made.length < size) continue;
        yield made;
        made = [];
        pulled = 0;
      }
    }
    yield made;
  };
}
