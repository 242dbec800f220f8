import type { DatasetStore, StoredDataset, WantedDataset } from '../storage/index.js';

export interface GotOrCreated {
  readonly dataset: StoredDataset;
  readonly isNew: boolean;
}

/** By store, what is being created by name: whoever asks meanwhile gets the same. */
const coming = new WeakMap<DatasetStore, Map<string, Promise<StoredDataset>>>();

/** The dataset of that name, as it is, or a new one; without a name always a new one. */
export async function getOrCreate(datasets: DatasetStore, wanted: WantedDataset): Promise<GotOrCreated> {
  const { name } = wanted;
  if (name === undefined) return { dataset: await datasets.create(wanted), isNew: true };
  const names = coming.get(datasets) ?? new Map<string, Promise<StoredDataset>>();
  coming.set(datasets, names);
  const there = names.get(name) ?? datasets.find(name);
  if (there !== undefined) return { dataset: await there, isNew: false };
  const creation = datasets.create(wanted).finally(() => names.delete(name));
  names.set(name, creation);
  return { dataset: await creation, isNew: true };
}
