import { type Report, readViews, type Views } from '@dataset-items/exporter';
import { itemsResponse, type LoggedFailure, logToStandardError, publicUrl } from '@dataset-items/http';
import type { Skipped } from '@dataset-items/sources';
import type { Call } from '../routes/route.js';
import type { StoredDataset } from '../storage/index.js';

export interface DatasetItemsOptions {
  /** Default 200. */
  readonly status?: 200 | 201;
  /** Parameters that the route reads itself; they are not part of the query. */
  readonly ownParameters?: readonly string[];
  /** Called with the number of items of each batch that was read. */
  readonly onItems?: (count: number) => void;
  readonly onReport?: (report: Report) => void;
}

/** Bytes of rows in memory until the columns of a table are known. It is small, because many requests can run at the same time. */
const SPOOL_BYTES = 256 * 1024;

/** Responds with the items of a dataset. All routes that respond with items use it. */
export async function datasetItems(
  { request, services }: Call,
  dataset: StoredDataset,
  { status = 200, ownParameters = [], onItems, onReport }: DatasetItemsOptions = {},
): Promise<Response> {
  const { strict, onFailure, large } = services.options;
  const { name, id } = dataset.facts;
  dataset.read();
  await dataset.refresh();
  const { malformed = 0 } = dataset;
  const response = await itemsResponse(
    request,
    { source: dataset.source(), version: dataset.version, name, id, views: datasetViews(dataset) },
    {
      ...{ status, strict, large, damagedStatus: 422, log: onFailure, spoolBudget: SPOOL_BYTES },
      ownParameters: ['method', ...ownParameters],
      onItems,
      onReport: (report) => {
        onReport?.(report);
        const { skipped } = report;
        if (skipped.count > 0) (onFailure ?? logToStandardError)(skippedItems(skipped, request, status));
      },
    },
  );
  if (malformed > 0 && response.ok) response.headers.set('x-dataset-items-malformed', String(malformed));
  return response;
}

/** The entry of the log for items that a response left out. */
function skippedItems({ count, first }: Skipped, request: Request, status: number): LoggedFailure {
  const places = first.map(({ source, line, byte, reason }) => `${source}: line ${line}, byte ${byte}: ${reason}`);
  const message = [`${count} malformed item${count === 1 ? '' : 's'} skipped`, ...places].join('\n  ');
  const error = Object.assign(new Error(message), { code: 'malformed-input' });
  return { error, status, method: request.method, url: publicUrl(request.url) };
}

/** The views of the dataset's schema. */
export function datasetViews({ facts: { schema, id } }: StoredDataset): Views | undefined {
  return schema === undefined ? undefined : readViews(schema, `the schema of dataset ${id}`);
}
