import { notFound } from '../routes/route.js';
import type { DatasetStore, StoredDataset } from '../storage/index.js';

/**
 * Finds a dataset by id, `user~name` (any user: there is only one), `~name` or bare name.
 * @throws RefusedRequestError; UnreadableSourceError if some of its data is damaged or missing
 */
export function findDataset(datasets: DatasetStore, wanted: string): StoredDataset {
  const dataset = datasets.find(wanted) ?? datasets.find(wanted.slice(wanted.indexOf('~') + 1));
  if (dataset === undefined) throw notFound('Dataset');
  dataset.check();
  return dataset;
}

/** The id of an entry that is found in the same way, also when it is damaged. @throws RefusedRequestError */
export function findId(store: { idOf(idOrName: string): string | undefined }, wanted: string, what: string): string {
  const id = store.idOf(wanted) ?? store.idOf(wanted.slice(wanted.indexOf('~') + 1));
  if (id === undefined) throw notFound(what);
  return id;
}
