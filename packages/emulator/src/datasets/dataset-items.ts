import { readViews, type Views } from '@dataset-items/exporter';
import { itemsResponse } from '@dataset-items/http';
import type { Call } from '../routes/route.js';
import type { StoredDataset } from '../storage/index.js';

export interface DatasetItemsOptions {
  /** Default 200. */
  readonly status?: 200 | 201;
  /** Parameters that the route takes itself: no part of the query. */
  readonly ownParameters?: readonly string[];
}

/** Of a table whose columns are not known yet: memory for many at once; what is more goes to a temporary file. */
const SPOOL_BYTES = 256 * 1024;

/** A dataset's items as the request's query asks for them; for every route that answers with items. */
export async function datasetItems(
  { request, services }: Call,
  dataset: StoredDataset,
  { status, ownParameters = [] }: DatasetItemsOptions = {},
): Promise<Response> {
  const { strict, onFailure } = services.options;
  const { name, id } = dataset.facts;
  dataset.read();
  return itemsResponse(
    request,
    { source: dataset.source(), version: dataset.version, name, id, views: viewsOf(dataset) },
    { status, strict, ownParameters: ['method', ...ownParameters], log: onFailure, spoolBudget: SPOOL_BYTES },
  );
}

function viewsOf({ facts: { schema, id } }: StoredDataset): Views | undefined {
  return schema === undefined ? undefined : readViews(schema, `the schema of dataset ${id}`);
}
