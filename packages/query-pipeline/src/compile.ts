import { InvalidParameterError } from './errors.js';
import type { Item } from './item.js';
import { type Layout, unlisted } from './layout.js';
import { acceptQuery, type GivenQuery } from './query.js';
import { expandShortcuts } from './shortcuts.js';
import { steps } from './steps/index.js';
import type { Context, NeverFound, Step, Watch } from './steps/step.js';

/** A query made ready for one walk over items. */
export interface Compiled {
  /** Sync and lazy; asks for no item before it is needed and changes none. */
  readonly transform: (items: Iterable<Item>) => Iterable<Item>;
  /** The same with `undefined` wherever a record was dropped, so that whoever pulls can pause while nothing comes out. */
  readonly walk: Walk;
  /** Learned while records pass: final when the last one is out. */
  readonly layout: Layout;
  /** The names that the query lists and that no record so far had. */
  neverFound(): readonly NeverFound[];
}

export type Walk = (items: Iterable<Item>) => Iterable<Item | undefined>;

/**
 * Compiles a query (SEMANTICS sections 2 to 5). Window parameters and views are not part of it: see `applyView`.
 * @throws InvalidParameterError
 */
export function compile(given: GivenQuery = {}): Compiled {
  const accepted = acceptQuery(given);
  if (accepted.view !== undefined) {
    throw new InvalidParameterError('view', accepted.view, 'a query to which the view was applied');
  }
  const query = expandShortcuts(accepted);
  const watches: Watch[] = [];
  let layout = unlisted;
  const context: Context = {
    tracked: new Set(query.unwind?.filter((name) => query.fields?.includes(name))),
    watch: (parameter, name) => {
      const watch = { parameter, name, found: false };
      watches.push(watch);
      return watch;
    },
    setLayout: (made) => {
      layout = made;
    },
  };
  const fused = fuse(steps.flatMap((step) => step(query, context) ?? []));
  const each = lazily(fused);
  return {
    walk: overBatch(fused),
    transform: (items) => present(each(items)),
    layout,
    neverFound: () =>
      watches.flatMap(({ parameter, name, found, holder }) => (found ? [] : [{ parameter, name, ...(holder && { holder }) }])),
  };
}

type Single = (record: Item) => Item | undefined;
type Expand = (record: Item) => Iterable<Item | undefined>;
/** Steps run into one: `one` gives a record or drops it, `many` gives any number. */
type Fused = { kind: 'one'; apply: Single } | { kind: 'many'; apply: Expand };

function fuse(sequence: readonly Step[]): Fused {
  const split = sequence.findIndex(({ kind }) => kind === 'flatMap');
  const singles = sequence.slice(0, split === -1 ? undefined : split) as Exclude<Step, { kind: 'flatMap' }>[];
  const before = singles.map(toSingle).reduce(chain, (record: Item): Item | undefined => record);
  if (split === -1) return { kind: 'one', apply: before };
  const { apply: expand } = sequence[split] as Extract<Step, { kind: 'flatMap' }>;
  return { kind: 'many', apply: expandBetween(before, expand, fuse(sequence.slice(split + 1))) };
}

function toSingle(step: Exclude<Step, { kind: 'flatMap' }>): Single {
  const { apply } = step;
  return step.kind === 'map' ? step.apply : (record) => (apply(record) ? record : undefined);
}

function chain(first: Single, second: Single): Single {
  return (record) => {
    const made = first(record);
    return made === undefined ? undefined : second(made);
  };
}

function expandBetween(before: Single, expand: Expand, after: Fused): Expand {
  return function* (item) {
    const record = before(item);
    if (record === undefined) return yield undefined;
    for (const child of expand(record)) {
      if (child === undefined) yield undefined;
      else if (after.kind === 'one') yield after.apply(child);
      else yield* after.apply(child);
    }
  };
}

/** Without expansion a list gives a list at once; a batch is small. */
function overBatch(fused: Fused): Walk {
  if (fused.kind === 'many') return lazily(fused);
  const { apply } = fused;
  return (items) => {
    if (!Array.isArray(items)) return lazily(fused)(items);
    const records: Item[] = [];
    for (const item of items as readonly Item[]) {
      const record = apply(item);
      if (record !== undefined) records.push(record);
    }
    return records;
  };
}

function lazily(fused: Fused): Walk {
  if (fused.kind === 'many') {
    return function* (items) {
      for (const item of items) yield* fused.apply(item);
    };
  }
  return function* (items) {
    for (const item of items) yield fused.apply(item);
  };
}

function* present(records: Iterable<Item | undefined>): Generator<Item> {
  for (const record of records) if (record !== undefined) yield record;
}
