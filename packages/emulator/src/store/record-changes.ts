import type { Cell, Collection, ThingRecord } from './collection.js';
import { type ThingChanges, withChanges } from './things.js';

interface Changeable extends ThingRecord, ThingChanges {}

/** What every stored thing does with its own record. */
export function recordChanges<R extends Changeable, C>(
  cell: Cell<R, C>,
  collection: Pick<Collection<R, C, unknown>, 'update' | 'note'>,
) {
  return {
    /** @throws NameTakenError */
    rename: (changes: ThingChanges): Promise<void> => collection.update(cell, (record) => withChanges(record, changes)),
    /** Notes that it was read now. */
    read(): void {
      if (!cell.leaving) collection.note(cell, { ...cell.record, accessedAt: new Date() });
    },
  };
}
