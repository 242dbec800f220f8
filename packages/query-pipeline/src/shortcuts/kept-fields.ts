import type { Item } from '../item.js';
import { omissionOf, omitterOf } from '../rules/omission.js';
import type { Shortcut } from './shortcut.js';

/**
 * Without `fields`, what `omit` and `skipHidden` leave of an item is its own fields, in their order. So the items go on as they are, with a
 * function that says which fields to pass over. Only an item that has a nested field of a dotted name is copied, without that field.
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
        // Before `skipEmpty`, because a name counts as found in an item that becomes an empty record too.
        const pruned = omission.paths.length === 0 ? items : items.map((item) => nested(item));
        return [query.skipEmpty ? pruned.filter(hasKept) : pruned];
      },
    };
  },
};
