import type { Database } from '../store/database.js';
import { jsonKind } from '../store/kinds.js';
import { addFields, type FieldTallies, type KeptFields, keepFields, takeFields } from './tally.js';

/** Field tallies of datasets at their last update. Later values are in the counts of the dataset. */
export const tallies = jsonKind<KeptFields>('tallies');

/** Milliseconds after which recent counts are added to the tallies. */
export const foldDelay = 3000;
/** Approximate number of fields with recent counts from which they are added to the tallies at once. */
export const mostFresh = 100;

/** The complete field tallies of a dataset. */
export async function readFields(database: Database, key: string, fresh: KeptFields): Promise<FieldTallies> {
  await database.ready();
  const fields = takeFields(database.get(tallies, key) ?? []);
  addFields(fields, takeFields(fresh));
  return fields;
}

export function addFresh(fresh: KeptFields, added: FieldTallies): KeptFields {
  if (fresh.length === 0) return keepFields(added);
  const fields = takeFields(fresh);
  addFields(fields, added);
  return keepFields(fields);
}
