import { getOrCreateNamed } from '../storage/get-or-create.js';
import type { DatasetStore, StoredDataset, WantedDataset } from '../storage/index.js';

export interface GotOrCreated {
  readonly dataset: StoredDataset;
  readonly isNew: boolean;
}

/** The dataset with the wanted name, unchanged, or a new one; without a name always a new one. */
export async function getOrCreate(datasets: DatasetStore, wanted: WantedDataset): Promise<GotOrCreated> {
  const { found, isNew } = await getOrCreateNamed(datasets, wanted);
  return { dataset: found, isNew };
}
