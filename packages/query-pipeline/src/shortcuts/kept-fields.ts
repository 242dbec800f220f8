import type { Item } from '../item.js';
import { omissionOf, watchedOmission } from '../rules/omission.js';
import type { Shortcut } from './shortcut.js';

/**
 * Without `fields`, what `omit` and `skipHidden` leave of an item is its own fields, in their order. So no copy is made: the items go on, with
 * a function that says which fields to pass over. Dotted names of `omit` are left to the steps.
 */
export const keptFields: Shortcut = {
  name: 'kept fields',
  understands: new Set(['omit', 'skipHidden', 'skipEmpty']),
  make: (query, { watches }) => {
    const omission = omissionOf(query);
    if (omission === undefined || omission.paths.length > 0) return undefined;
    const { drops } = watchedOmission(omission, query.omit ?? [], watches);
    const isKept = (item: Item): boolean => {
      for (const name of Object.keys(item)) if (!drops(name)) return true;
      return false;
    };
    return { kind: 'filtered', drops, walk: (items) => [query.skipEmpty ? items.filter(isKept) : items] };
  },
};
