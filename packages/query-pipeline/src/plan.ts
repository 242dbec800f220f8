import type { PlainQuery } from './expand.js';
import { columnName } from './rules/column-order.js';
import type { Layout } from './rules/layout.js';
import { headOf, leafName } from './rules/names.js';
import type { Watches } from './rules/never-found.js';
import { omissionOf } from './rules/omission.js';
import { type Reached, reachedAt, reachedBy } from './rules/reached.js';
import { type Selection, selectionsOf, trackedNames } from './rules/selection.js';

/** The actions of a query at a path of the items, decided once per path. */
export interface PlanPlace {
  /** The field of the record that a value here becomes, by its name before the renaming; `undefined`: it is a part of a field. */
  readonly slot: string | undefined;
  /** The field's name in the record. */
  readonly name: string | undefined;
  /** The column of a scalar here, and the field of the record that it belongs to. */
  readonly column: string;
  readonly field: string;
  readonly leaveOut: boolean;
  /** A value other than null drops the item. */
  readonly fails: boolean;
  readonly flatten: boolean;
  /** Each element of an array here is a record, or merged into one. */
  readonly sharesElements: boolean;
  /** An item with this field needs the steps. */
  readonly isOdd: boolean;
  /** The same may hold for something inside of a value here. */
  readonly mayBeOddInside: boolean;
  /** A value is without what some place inside of it leaves out. */
  readonly leavesOutInside: boolean;
  /** An unwound name for which the field stands where no record has a field of that name. */
  readonly contributedBy: string | undefined;
  /** Dotted names that mean what is inside of a value here, or the value itself. */
  readonly reached: readonly Reached[];
  readonly inside: Inside;
}

/** The role of the keys of an object here: fields of records, leaves of a flattened field, or neither. */
type Inside =
  /** @param unwound number of names of `unwind` that are unwound before these fields are in a record */
  { readonly kind: 'fields'; readonly unwound: number } | { readonly kind: 'leaves' } | { readonly kind: 'values' };

/** A query as decisions about paths, for code that makes records without parsed items. The steps are the reference. */
export interface Plan {
  readonly unwind: readonly string[];
  readonly flattens: boolean;
  /** The fields of a record in order, by their names before the renaming; `undefined`: all fields in the order of the item. */
  readonly picks: readonly string[] | undefined;
  /** Names of `picks` that select what unwinding them contributed, where a record has no field of the name. */
  readonly contributing: readonly string[];
  readonly skipsEmpty: boolean;
  /** Each record equals its item. */
  readonly isIdentity: boolean;
  readonly root: PlanPlace;
  key(parent: PlanPlace, key: string): PlanPlace;
  element(parent: PlanPlace, index: number): PlanPlace;
  /** Called when a record had the field at this place: in the end, or when `flatten` looked for it. */
  found(place: PlanPlace, at: 'the end' | 'flattening'): void;
  /** A record had the field that is here where a name of `contributing` is listed. */
  contributed(place: PlanPlace): void;
  foundUnwound(name: string): void;
  foundContributed(name: string): void;
  /** Changes when all places must be requested again, because fewer of them are odd. */
  settled(): number;
}

/** A query with any other parameter needs the steps. */
const understands: ReadonlySet<string> = new Set<keyof PlainQuery>([
  ...(['skipFailedPages', 'unwind', 'flatten', 'fields', 'omit', 'outputFields', 'skipHidden', 'skipEmpty'] as const),
]);

/** @returns `undefined` if the query needs the steps */
export function planOf(query: PlainQuery, watches: Watches, layout: Layout): Plan | undefined {
  const { unwind = [], flatten = [], fields, omit = [], skipFailedPages = false, skipEmpty = false } = query;
  if (!Object.keys(query).every((name) => understands.has(name))) return undefined;
  const contributing = trackedNames(query);
  const omission = omissionOf(query);
  const reached = reachedBy(query, omission);
  const omittedPaths = new Set(omission?.paths.map(({ name }) => name));
  const selections = fields && selectionsOf(query, omission);
  // Written under the name, the field would come first; what unwinding it contributed comes at its place in `fields`.
  if (selections?.some(({ unwound, target }) => unwound && isIndex(target))) return undefined;
  const targets = new Map(selections?.map(({ source, target }) => [source, target]));
  const renamed = new Set(selections?.flatMap(({ source, target }) => (source === target ? [] : [source, target])));
  const flattened = new Set(flatten);
  /** Dotted names of `fields` by parent. The value of the parent is reported as long as no record has the name itself. */
  const unsettled = new Map<string, ReturnType<Watches['of']>[]>();
  for (const { source, unwound } of selections ?? []) {
    const head = headOf(source);
    if (head !== source && !unwound) unsettled.set(head, [...(unsettled.get(head) ?? []), watches.of('fields', source)]);
  }
  const isUnsettled = (name: string): boolean =>
    unsettled.get(name)?.some((watch) => !watch.found && watch.holder === undefined) ?? false;

  const nothing = {
    ...{ leaveOut: false, fails: false, flatten: false, sharesElements: false, isOdd: false },
    ...{ mayBeOddInside: false, leavesOutInside: false, contributedBy: undefined, reached: [] },
  };
  const inside = (parent: PlanPlace, key: string, found: readonly Reached[]): PlanPlace => ({
    ...nothing,
    reached: found,
    isOdd: found.some(({ path, what }) => path.length === 0 && what === 'odd'),
    leaveOut: found.some(({ path, what }) => path.length === 0 && what === 'left out'),
    slot: undefined,
    name: undefined,
    column: columnName(parent.column, key),
    field: parent.field,
    inside: { kind: 'values' },
  });
  const record = (slot: string, place: Pick<PlanPlace, 'inside'> & Partial<PlanPlace>): PlanPlace => {
    const name = targets.get(slot) ?? slot;
    const leaveOut = omission?.drops(slot) ?? false;
    return { ...nothing, slot, name, column: name, field: name, leaveOut, ...place };
  };
  const field = (name: string, unwound: number): PlanPlace => {
    const at = unwind.indexOf(name, unwound);
    const isFlattened = flattened.has(name);
    const isChanged = at >= 0 || isFlattened;
    // Of a field that is left out, a place inside is still reported as found.
    const isDropped = omission?.drops(name) ?? false;
    const found = reachedAt(reached, name).map((one): Reached => (isDropped ? { ...one, what: 'odd' } : one));
    const isReached = found.some(({ what }) => what === 'odd');
    const contributedBy = unwound > 0 ? unwind[unwound - 1] : undefined;
    const isContributed = unwound > 0 && contributing.size > 0;
    return record(name, {
      reached: isChanged ? [] : found,
      mayBeOddInside: isReached,
      leavesOutInside: !isChanged && found.some(({ what }) => what === 'left out'),
      contributedBy: contributedBy !== undefined && contributing.has(contributedBy) ? contributedBy : undefined,
      inside: at >= 0 ? { kind: 'fields', unwound: at + 1 } : { kind: isFlattened ? 'leaves' : 'values' },
      fails: skipFailedPages && name === 'errorInfo',
      flatten: isFlattened,
      sharesElements: at >= 0,
      isOdd:
        isUnsettled(name) ||
        // JavaScript puts such a name first.
        (unwound > 0 && isIndex(name)) ||
        // The name may be a field or a path, and what the record has decides.
        omittedPaths.has(name) ||
        (isReached && isChanged) ||
        // What an element contributed is replaced, or written under two names.
        (isContributed && (isChanged || renamed.has(name))),
    });
  };

  const noteOmitted = (name: string): void => {
    if (omission?.isSeen(name) && omit.includes(name)) watches.of('omit', name).found = true;
  };

  return {
    unwind,
    flattens: flatten.length > 0,
    picks: selections && inWrittenOrder(selections),
    contributing: [...contributing],
    skipsEmpty: skipEmpty,
    isIdentity: Object.keys(query).length === 0,
    root: { ...nothing, slot: undefined, name: undefined, column: '', field: '', inside: { kind: 'fields', unwound: 0 } },
    key: (parent, key) => {
      if (parent.inside.kind === 'fields') return field(key, parent.inside.unwound);
      if (parent.inside.kind === 'values') return inside(parent, key, reachedAt(parent.reached, key));
      return record(leafName(parent.slot as string, key), { inside: { kind: 'leaves' } });
    },
    element: (parent, index) => {
      if (!parent.sharesElements) return inside(parent, String(index), []);
      return { ...parent, sharesElements: false, fails: false };
    },
    found: ({ slot, reached }, at) => {
      if (slot === undefined) {
        for (const { name, path } of reached) {
          if (path.length === 0 && omission?.isSeen(name)) watches.of('omit', name).found = true;
        }
        return;
      }
      const note = (parameter: string): void => {
        watches.of(parameter, slot).found = true;
      };
      if (at === 'flattening') return note('flatten');
      if (targets.has(slot)) note('fields');
      if (fields === undefined || targets.has(slot)) noteOmitted(slot);
    },
    contributed: ({ slot, leaveOut, contributedBy }) => {
      if (slot === undefined || contributedBy === undefined) return;
      noteOmitted(slot);
      if (!leaveOut) layout.learn?.(slot, fields?.indexOf(contributedBy) ?? 0);
    },
    foundContributed: (name) => {
      watches.of('fields', name).found = true;
    },
    foundUnwound: (name) => {
      watches.of('unwind', name).found = true;
    },
    settled: () => [...unsettled.keys()].filter(isUnsettled).length,
  };
}

/** Names before the rename, in the order in which JavaScript has the fields: names like an index first, by number. */
function inWrittenOrder(selections: readonly Selection[]): string[] {
  const indexes = selections.filter(({ target }) => isIndex(target)).sort((a, b) => Number(a.target) - Number(b.target));
  return [...indexes, ...selections.filter(({ target }) => !isIndex(target))].map(({ source }) => source);
}

/** Whether JavaScript treats a name as an array index. */
function isIndex(name: string): boolean {
  return /^(0|[1-9][0-9]{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1;
}
