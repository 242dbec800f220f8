import { notFound } from '../routes/route.js';
import type { DatasetStore, StoredDataset } from '../storage/index.js';

/**
 * By id, `user~name` (of any user: there is one), `~name` or bare name.
 * @throws RefusedRequestError
 */
export function findDataset(datasets: DatasetStore, wanted: string): StoredDataset {
  const dataset = datasets.find(wanted) ?? datasets.find(wanted.slice(wanted.indexOf('~') + 1));
  if (dataset === undefined) throw notFound('Dataset');
  return dataset;
}
