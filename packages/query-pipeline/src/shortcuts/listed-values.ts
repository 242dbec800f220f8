import { getField, hasFields, type Item, isItem, type Json } from '../item.js';
import type { Values } from '../records.js';
import { headOf } from '../rules/names.js';
import { noteHolder, type Watch } from '../rules/never-found.js';
import { omissionOf } from '../rules/omission.js';
import { selectionsOf } from '../rules/selection.js';
import type { Run } from '../run-steps.js';
import type { Shortcut } from './shortcut.js';
import { valueReader } from './value-reader.js';

/** Largest number of listed names, because each record takes memory for all of them. */
const MAX_NAMES = 1000;

/**
 * With `fields`, the values of the listed names are read from items, their unwound elements and their flattened objects without building
 * records. Names of nested fields, and fields that unwinding contributed, are left to the steps.
 */
export const listedValues: Shortcut = {
  name: 'listed values',
  understands: new Set(['unwind', 'flatten', 'fields', 'omit', 'skipHidden', 'outputFields', 'skipEmpty']),
  make: (query, { watches, tracked }, plain) => {
    const { fields, unwind = [], flatten = [], omit = [], outputFields, skipEmpty } = query;
    if (fields === undefined || fields.length > MAX_NAMES || unwind.length > 1 || tracked.size > 0) return undefined;
    if ([...unwind, ...flatten, ...omit].some((name) => name.includes('.'))) return undefined;
    const names = outputFields ?? fields;
    const omitted = new Set(omit);
    const selections = selectionsOf(query, omissionOf(query)).map(({ source, dropped }, place): Listing => {
      const found = [watches.of('fields', source), ...(omitted.has(source) ? [watches.of('omit', source)] : [])];
      return { source, place, dropped, found };
    });
    const dropped = selections.filter((selection) => selection.dropped);
    const [unwound] = unwind;
    const unwoundWatch = unwound === undefined ? undefined : watches.of('unwind', unwound);
    const flattened = new Map(flatten.map((name) => [name, watches.of('flatten', name)]));
    const reader = valueReader(fields, flattened, unwound);
    const plainValues = valuesOf(plain, names);

    /** The field of a record before it was flattened. */
    const fieldOf = (name: string, item: Item, element: Json | undefined): Json | undefined => {
      const own = isItem(element) ? getField(element, name) : undefined;
      if (own !== undefined) return own;
      if (element === undefined || name !== unwound) return getField(item, name);
      return isItem(element) ? undefined : element;
    };
    let unseen: readonly Listing[] = selections;
    const noteFound = (values: Values, item: Item, element: Json | undefined): void => {
      for (const { source, place, found } of unseen) {
        if (values[place] !== undefined) for (const watch of found) watch.found = true;
        else if (source.includes('.')) {
          const above = fieldOf(headOf(source), item, element);
          const isGone = flattened.has(headOf(source)) && isItem(above) && hasFields(above);
          if (!isGone) noteHolder(found[0] as Watch, above);
        }
      }
      unseen = unseen.filter(({ found }) => found[0]?.found === false);
    };

    return {
      kind: 'listed',
      names,
      walk: function* (items, size) {
        let made: Values[] = [];
        let pulled = 0;
        for (const item of items) {
          const value = unwound === undefined ? undefined : getField(item, unwound);
          if (unwoundWatch !== undefined && value !== undefined) unwoundWatch.found = true;
          const elements = elementsOf(value);
          const isKnown = elements?.length !== 0 && reader.start(item, elements !== undefined);
          for (const element of elements ?? noElement) {
            const values = isKnown ? reader.read(element) : undefined;
            if (values === undefined) {
              const alone = element === undefined ? item : { ...item, [unwound as string]: [element] };
              made.push(...plainValues(alone));
            } else {
              if (unseen.length > 0) noteFound(values, item, element);
              for (const { place } of dropped) values[place] = undefined;
              if (!skipEmpty || values.some((value) => value !== undefined)) made.push(values);
            }
            if (++pulled < size && made.length < size) continue;
            yield made;
            made = [];
            pulled = 0;
          }
        }
        yield made;
      },
    };
  },
};

/** A listed name, its position, and the watch to update when a record has it. */
interface Listing {
  readonly source: string;
  readonly place: number;
  readonly dropped: boolean;
  readonly found: readonly Watch[];
}

/** Of an item that is not unwound: it is one record. */
const noElement: readonly undefined[] = [undefined];

function elementsOf(value: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(value)) return value;
  return isItem(value) ? [value] : undefined;
}

/** The records that the steps make of an item, as values. */
function valuesOf(plain: Run, names: readonly string[]): (item: Item) => Values[] {
  return (item) => {
    const made = plain.kind === 'many' ? [...plain.apply(item)] : [plain.apply(item)];
    return made.flatMap((record) => (record === undefined ? [] : [names.map((name) => getField(record, name))]));
  };
}
