import type { Item } from '../item.js';
import type { Step } from './step.js';

export type Single = (record: Item) => Item | undefined;
export type Expand = (record: Item) => Iterable<Item | undefined>;

/** Steps run into one: `one` gives a record or drops it, `many` gives any number. */
export type Fused = { kind: 'one'; apply: Single } | { kind: 'many'; apply: Expand };

/** What no step changes. */
export const same: Single = (record) => record;

export function fuse(sequence: readonly Step[]): Fused {
  const split = sequence.findIndex(({ kind }) => kind === 'flatMap');
  const singles = sequence.slice(0, split === -1 ? undefined : split) as Exclude<Step, { kind: 'flatMap' }>[];
  const before = singles.map(toSingle).reduce(chain, same);
  if (split === -1) return { kind: 'one', apply: before };
  const { apply: expand } = sequence[split] as Extract<Step, { kind: 'flatMap' }>;
  return { kind: 'many', apply: expandBetween(before, expand, fuse(sequence.slice(split + 1))) };
}

/** Stands for no record, where long work without one is to be interrupted. */
export const nothing: readonly undefined[] = [undefined];

function toSingle(step: Exclude<Step, { kind: 'flatMap' }>): Single {
  const { apply } = step;
  return step.kind === 'map' ? step.apply : (record) => (apply(record) ? record : undefined);
}

function chain(first: Single, second: Single): Single {
  if (first === same) return second;
  return (record) => {
    const made = first(record);
    return made === undefined ? undefined : second(made);
  };
}

/** A list stays a list, as a generator costs 15 ns a record at each of its levels; what may be millions stays lazy. */
function expandBetween(before: Single, expand: Expand, after: Fused): Expand {
  return (item) => {
    const record = before(item);
    if (record === undefined) return nothing;
    const children = expand(record);
    if (after.kind === 'many' || !Array.isArray(children)) return expandLazily(children, after);
    return (children as readonly (Item | undefined)[]).map((child) => child && after.apply(child));
  };
}

function* expandLazily(children: Iterable<Item | undefined>, after: Fused): Generator<Item | undefined> {
  for (const child of children) {
    if (child === undefined) yield undefined;
    else if (after.kind === 'one') yield after.apply(child);
    else yield* after.apply(child);
  }
}
