import { noTail } from './items/checkpoints.js';
import type { ItemCounts } from './items/place.js';
import type { DatasetFacts } from './store.js';

/** The stored properties of a dataset, apart from its items and their counts. */
export interface DatasetRecord extends Omit<DatasetFacts, 'modifiedAt' | 'itemCount' | 'cleanItemCount' | 'bytes'> {
  /** Name of the directory that holds its items. */
  readonly folder: string;
  /**
   * All its items were pushed to this storage, which writes what `JSON.stringify` prints. Absent for a dataset that was converted from an older
   * version, whose lines may have been edited.
   */
  readonly isCanonical?: true;
}

export const noItems: ItemCounts = { size: 0, tail: noTail, items: 0, cleanItems: 0, bytes: 0, fresh: [] };
