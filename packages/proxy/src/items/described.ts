import { forUpstream } from '../header-lines.js';
import type { ItemsCall, ItemsServices } from './call.js';
import { askForDataset, type DatasetObject } from './dataset.js';
import { accessQuery, ofBytes } from './query.js';

/** Requests the dataset of a request with the caller's own access. `undefined`: the caller may not read it, or a run creates it. */
export async function describedDataset(
  { request, incoming, target, route: { datasetPath } }: ItemsCall,
  { upstream, itemsOptions }: ItemsServices,
  signal: AbortSignal = request.signal,
): Promise<DatasetObject | undefined> {
  if (datasetPath === undefined) return undefined;
  const path = `${datasetPath}?${accessQuery(target.query, itemsOptions.formats)}`;
  return askForDataset(upstream, { path, headers: forUpstream(incoming.rawHeaders, ofBytes), signal });
}
