import type { Item } from '../item.js';
import { omissionOf, omitterOf } from '../rules/omission.js';
import type { Shortcut } from './shortcut.js';

/**
 * Without `fields`, what `omit` and `skipHidden` leave of an item is its own fields, in their order. So the items go on as they are, with a
 * function that says which fields to pass over. Only for a dotted name of `omit` a copy is made, with everything else.
 */
export const keptFields: Shortcut = {
  name: 'kept fields',
  understands: new Set(['omit', 'skipHidden', 'skipEmpty']),
  make: (query, { watches }) => {
    const omission = omissionOf(query);
    if (omission === undefined) return undefined;
    const { drops, nested } = omitterOf(omission, query.omit ?? [], watches);
    const hasKept = (item: Item): boolean => Object.keys(item).some((name) => !drops(name));
    return {
      kind: 'filtered',
      drops,
      walk: (items) => {
        // Also of records that are empty then, so that the names are noted.
        const pruned = omission.paths.length === 0 ? items : items.map((item) => nested(item, () => true));
        return [query.skipEmpty ? pruned.filter(hasKept) : pruned];
      },
    };
  },
};
