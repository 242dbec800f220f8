import { InvalidParameterError } from './errors.js';
import type { Item } from './item.js';
import { type Layout, unlisted } from './layout.js';
import { acceptQuery, type GivenQuery } from './query.js';
import { expandShortcuts, type PlainQuery } from './shortcuts.js';
import type { Each } from './steps/each.js';
import { type Fused, fuse, type Single, same } from './steps/fuse.js';
import { steps } from './steps/index.js';
import { type KeptRecords, keptRecords } from './steps/kept.js';
import type { Values } from './steps/maker.js';
import { type PickedRecords, pickedRecords } from './steps/reshape.js';
import type { Context, NeverFound, StepFactory, Watch } from './steps/step.js';

/** A query made ready for one walk over items. */
export interface Compiled {
  /** Sync and lazy; asks for no item before it is needed and changes none. */
  readonly transform: (items: Iterable<Item>) => Iterable<Item>;
  /** The same in batches. */
  readonly walk: Walk;
  /** Instead of `walk`: the records as values of listed fields, where the query allows that. */
  picked(): PickedWalk | undefined;
  /** Instead of `walk`: the records with fields that are to be left out, where the query asks for no more of fields. */
  kept(): KeptWalk | undefined;
  /** Learned while records pass: final when the last one is out. */
  readonly layout: Layout;
  /** The names that the query lists and that no record so far had. */
  neverFound(): readonly NeverFound[];
}

/** Gives batches of at most `size` records where one item can give many; empty ones too, so that whoever pulls can pause. */
export type Walk<R = Item> = (items: readonly Item[], size: number) => Iterable<readonly R[]>;

/** Records without a record being built: only what its fields hold. */
export interface PickedWalk extends Pick<PickedRecords, 'names' | 'repeats'> {
  readonly walk: Walk<Values>;
}

/** Records that were not built anew to leave fields out: whoever writes them passes over those. */
export interface KeptWalk extends Pick<KeptRecords, 'keeps'> {
  readonly walk: Walk;
}

/**
 * Compiles a query (SEMANTICS sections 2 to 5). Window parameters and views are not part of it: see `applyView`.
 * @throws InvalidParameterError
 */
export function compile(given: GivenQuery = {}): Compiled {
  const accepted = acceptQuery(given);
  if (accepted.view !== undefined) {
    throw new InvalidParameterError('view', accepted.view, 'a query to which the view was applied');
  }
  return compileSteps(expandShortcuts(accepted), steps);
}

/** The same out of any sequence of steps, so that tests can compare two. */
export function compileSteps(query: PlainQuery, factories: readonly StepFactory[]): Compiled {
  const watches: Watch[] = [];
  let layout = unlisted;
  const context: Context = {
    tracked: new Set(query.unwind?.filter((name) => query.fields?.includes(name))),
    watch: (parameter, name) => {
      const known = watches.find((watch) => watch.parameter === parameter && watch.name === name);
      if (known !== undefined) return known;
      const watch = { parameter, name, found: false };
      watches.push(watch);
      return watch;
    },
    setLayout: (made) => {
      layout = made;
    },
  };
  const fused = fuse(factories.flatMap((step) => step(query, context) ?? []));
  return {
    walk: walkOf(fused),
    picked: () => {
      const picked = pickedRecords(query, context);
      if (picked === undefined) return undefined;
      const { names, repeats, each, one } = picked;
      return { names, repeats, walk: one === undefined ? overBatch(each) : (items) => [items.map(one)] };
    },
    kept: () => {
      const kept = keptRecords(query, context);
      return kept && { walk: walkOf(kept.fused), keeps: kept.keeps };
    },
    transform: lazily(fused),
    layout,
    neverFound: () =>
      watches.flatMap(({ parameter, name, found, holder }) => (found ? [] : [{ parameter, name, ...(holder && { holder }) }])),
  };
}

function walkOf(fused: Fused): Walk {
  if (fused.kind === 'many') return overBatch(fused.apply);
  return fused.apply === same ? (items) => [items] : (items) => [mapPresent(items, fused.apply)];
}

function overBatch<R>(each: Each<R>): Walk<R> {
  return function* (items, size) {
    let made: R[] = [];
    let pulled = 0;
    for (const item of items) {
      for (const record of each(item)) {
        if (record !== undefined) made.push(record);
        if (made.length < size && ++pulled % size !== 0) continue;
        yield made;
        made = [];
      }
    }
    if (made.length > 0) yield made;
  };
}

function mapPresent(items: readonly Item[], apply: Single): Item[] {
  const records: Item[] = [];
  for (const item of items) {
    const record = apply(item);
    if (record !== undefined) records.push(record);
  }
  return records;
}

function lazily(fused: Fused): Compiled['transform'] {
  return function* (items) {
    for (const item of items) {
      if (fused.kind === 'many') {
        for (const record of fused.apply(item)) if (record !== undefined) yield record;
      } else {
        const record = fused.apply(item);
        if (record !== undefined) yield record;
      }
    }
  };
}
